import { Authenticator, type CreationOptions } from '../support/authenticator.ts';
import type { World } from './callers.ts';
import { post } from './machine-route-cases.ts';
import { quoted, type RouteCase, withMember } from './route-case.ts';

const DOMAIN = 'localhost';

interface Begun {
  readonly passkeyId: string;
  readonly u2fId: string;
  readonly publicKeyCredentialCreationOptions: { readonly publicKey: CreationOptions };
}

/** A registration that the organization's administrator has begun for the user. */
function begin(world: World, id: string, factor: 'passkeys' | 'u2f'): Promise<Begun> {
  return post(world, `/v2/users/${id}/${factor}`, { domain: DOMAIN });
}

/** The three calls that both kinds of credential have. */
function casesOf(factor: 'passkeys' | 'u2f', idName: 'passkeyId' | 'u2fId', nameName: string) {
  const path = (id: string) => `/v2/users/${id}/${factor}`;
  return {
    [`POST /v2/users/:userId/${factor}`]: {
      // Without a domain it is for the host of the public address, which is no domain here.
      status: 200,
      may: ['self'],
      call: (_world, id) => ({ path: path(id), text: quoted(DOMAIN), body: withMember('domain', {}) }),
    },
    [`POST /v2/users/:userId/${factor}/:${idName}`]: {
      status: 200,
      may: ['self'],
      async call(world, id) {
        const begun = await begin(world, id, factor);
        const answer = new Authenticator().register(begun.publicKeyCredentialCreationOptions.publicKey);
        return {
          path: `${path(id)}/${begun[idName]}`,
          text: quoted('My key'),
          body: withMember(nameName, { publicKeyCredential: answer }),
        };
      },
    },
    [`DELETE /v2/users/:userId/${factor}/:${idName}`]: {
      status: 200,
      may: ['self'],
      async call(world, id) {
        return { path: `${path(id)}/${(await begin(world, id, factor))[idName]}` };
      },
    },
  } satisfies Record<string, RouteCase>;
}

/** Calls of the vendor's API about passkeys and security keys. */
export const WEBAUTHN_ROUTE_CASES: Readonly<Record<string, RouteCase>> = {
  ...casesOf('passkeys', 'passkeyId', 'passkeyName'),
  ...casesOf('u2f', 'u2fId', 'tokenName'),
  'POST /v2/users/:userId/passkeys/registration_link': {
    bodyOptional: true,
    status: 200,
    may: [],
    call: (_world, id) => ({
      path: `/v2/users/${id}/passkeys/registration_link`,
      text: quoted('https://x.test/{{.CodeID}}/{{.Code}}'),
      body: (text) => `{"sendLink":{"urlTemplate":${text}}}`,
    }),
  },
  'POST /v2/users/:userId/passkeys/_search': {
    bodyOptional: true,
    stateless: true,
    textIsIgnored: true,
    status: 200,
    may: ['viewer', 'self'],
    call: (_world, id) => ({
      path: `/v2/users/${id}/passkeys/_search`,
      text: quoted(id),
      body: withMember('userId', {}),
    }),
  },
};
