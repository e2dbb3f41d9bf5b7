import { expect } from 'vitest';
import { Authenticator, type RegistrationAnswer } from '../../support/authenticator.ts';
import type { Tessera, TestResponse } from '../../support/tessera.ts';
import { ADMIN, type Headers } from './support.ts';

export const RP_ID = 'login.acme.test';

/** The two kinds of credential, and how a request and an answer call them. */
export const KINDS = {
  passkey: {
    path: 'passkeys',
    id: 'passkeyId',
    name: 'passkeyName',
    field: 'passkeys',
    label: 'Passkey',
    events: ['user.passkey_added', 'user.passkey_verified', 'user.passkey_removed'],
  },
  u2f: {
    path: 'u2f',
    id: 'u2fId',
    name: 'tokenName',
    field: 'u2f',
    label: 'U2F',
    events: ['user.u2f_added', 'user.u2f_verified', 'user.u2f_removed'],
  },
} as const;
export type Kind = keyof typeof KINDS;

/** Calls about the credentials of one kind, by Acme's administrator unless others are named. */
export function credentialCalls(tessera: Tessera, kind: Kind) {
  const { path, id: idName, name: nameName } = KINDS[kind];
  const base = (user: string) => `/v2/users/${user}/${path}`;

  const begin = (user: string, body: object = {}, headers: Headers = ADMIN): Promise<TestResponse> =>
    tessera.send('POST', base(user), { headers, body: { domain: RP_ID, ...body } });

  const finish = (user: string, id: string, answer: unknown, headers: Headers = ADMIN, name = 'My key') =>
    tessera.send('POST', `${base(user)}/${id}`, { headers, body: { publicKeyCredential: answer, [nameName]: name } });

  const begun = async (user: string, body: object = {}, headers: Headers = ADMIN): Promise<Begun> => {
    const response = await begin(user, body, headers);
    expect(response.status, response.text).toBe(200);
    const { publicKey } = response.json.publicKeyCredentialCreationOptions;
    return {
      id: response.json[idName],
      options: publicKey,
      answerOf: (authenticator = new Authenticator(), wrong = {}) => authenticator.register(publicKey, wrong),
    };
  };

  const registered = async (user: string, authenticator = new Authenticator()): Promise<string> => {
    const { id, answerOf } = await begun(user);
    const response = await finish(user, id, answerOf(authenticator));
    expect(response.status, response.text).toBe(200);
    return id;
  };

  const remove = (user: string, id: string, headers: Headers = ADMIN) =>
    tessera.send('DELETE', `${base(user)}/${id}`, { headers });

  return { begin, begun, finish, registered, remove };
}

export interface Begun {
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly options: any;
  /** What an authenticator makes of it; a new one unless given. */
  readonly answerOf: (
    authenticator?: Authenticator,
    wrong?: Parameters<Authenticator['register']>[1],
  ) => RegistrationAnswer;
}

export const listPasskeys = (tessera: Tessera, user: string, headers: Headers = ADMIN): Promise<TestResponse> =>
  tessera.send('POST', `/v2/users/${user}/passkeys/_search`, { headers, body: {} });

export const createLink = (
  tessera: Tessera,
  user: string,
  body: object = { returnCode: {} },
  headers: Headers = ADMIN,
): Promise<TestResponse> => tessera.send('POST', `/v2/users/${user}/passkeys/registration_link`, { headers, body });
