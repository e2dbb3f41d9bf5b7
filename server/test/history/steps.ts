import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { DIALECT_NAMES, type DialectClient, type DialectName, somebody } from '../support/clients.ts';
import { ACME } from '../support/setup.ts';
import type { Tessera, TestResponse } from '../support/tessera.ts';

const CONTESTED = 6;
const PUBLIC_KEY = Buffer.from(
  generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }),
).toString('base64');
/** The first is the one that a registration sets. */
export const PASSWORDS = ['Passw0rd!', 'N3wP4ssword!'] as const;

const dialect = fc.constantFrom(...DIALECT_NAMES);
const user = fc.nat(DIALECT_NAMES.length - 1);
const email = fc.nat(CONTESTED).map((n) => `contested.${n}@mouse.test`);
const phone = fc.nat(CONTESTED).map((n) => `+1312555010${n}`);
const password = fc.constantFrom(...PASSWORDS);
const text = fc.constantFrom('one', 'two', null);

/** What is done to the machine of a player. */
export const MACHINE_ACTS = [
  'set-secret',
  'remove-secret',
  'add-key',
  'remove-key',
  'add-token',
  'remove-token',
  'change-type',
] as const;
type MachineAct = (typeof MACHINE_ACTS)[number];
const EXPIRES = '2999-01-01T00:00:00Z';

/** One step: somebody does something through some dialect, often to a value that others want too. */
export const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('update' as const),
      dialect,
      user,
      change: fc.oneof(
        fc.record({ givenName: fc.constantFrom('Ann', 'Bob', 'Cy'), familyName: fc.constantFrom('Ox', 'Ex') }),
        fc.record({ email }),
        fc.record({ phone }),
        fc.constant({}),
      ),
      key: fc.option(fc.nat(5)),
      ifMatch: fc.option(fc.constantFrom('"1"', '*', '"999"')),
    }),
  },
  fc.record({ kind: fc.constant('create' as const), dialect, email }),
  fc.record({ kind: fc.constant('delete' as const), user }),
  fc.record({ kind: fc.constant('set-password' as const), user, password }),
  fc.record({ kind: fc.constant('change-password' as const), user, current: password, password }),
  fc.record({ kind: fc.constant('reset-password' as const), user, password: fc.option(password) }),
  fc.record({ kind: fc.constant('sign-in' as const), user, password }),
  fc.record({ kind: fc.constant('verify-email' as const), user, email, isRight: fc.boolean() }),
  fc.record({ kind: fc.constant('deferred-update' as const), user, givenName: fc.constantFrom('Dee', 'Eve') }),
  fc.record({ kind: fc.constant('machine' as const), act: fc.constantFrom(...MACHINE_ACTS) }),
  fc.record({ kind: fc.constant('ownli-fields' as const), user, city: text, customField1: text }),
  fc.record({
    kind: fc.constant('move' as const),
    user,
    action: fc.constantFrom('lock', 'unlock', 'deactivate', 'reactivate'),
  }),
  fc.record({ kind: fc.constant('contact-code' as const), user, path: fc.constantFrom('email/send', 'phone/resend') }),
  fc.record({ kind: fc.constant('remove-phone' as const), user }),
  fc.record({ kind: fc.constant('invite' as const), user, isRight: fc.boolean(), again: fc.boolean() }),
  fc.record({ kind: fc.constant('skip-mfa-init' as const), user }),
  fc.record({
    kind: fc.constant('metadata' as const),
    user,
    key: fc.constantFrom('a', 'b', '__proto__'),
    value: fc.constantFrom('eA==', 'eQ==', ''),
  }),
  fc.record({ kind: fc.constant('set-password-by-code' as const), user, password }),
);

export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Who the steps of one run are about, by their place in it. */
export interface Cast {
  readonly ids: readonly string[];
  /** The address each of them was created with. */
  readonly emails: readonly string[];
}

/** Plays steps against one server. */
export class Player {
  readonly #tessera: Tessera;
  readonly #clients: Record<DialectName, DialectClient>;
  #ownli: Readonly<Record<string, string>> = {};
  #machine: Promise<string> | null = null;

  constructor(tessera: Tessera, clients: Record<DialectName, DialectClient>) {
    this.#tessera = tessera;
    this.#clients = clients;
  }

  /** @returns every answer the step got */
  async play({ ids, emails }: Cast, one: Step): Promise<TestResponse[]> {
    if (one.kind === 'machine') return [await this.#onMachine(one.act)];
    if (one.kind === 'create') {
      const { response } = await this.#clients[one.dialect].create(somebody({ email: one.email }));
      return [response];
    }
    const id = ids[one.user] ?? '';
    switch (one.kind) {
      case 'update': {
        const headers = {
          ...(one.key === null ? {} : { 'idempotency-key': `history-${id}-${one.key}` }),
          ...(one.ifMatch === null ? {} : { 'if-match': one.ifMatch }),
        };
        return [await this.#clients[one.dialect].update(id, one.change, headers)];
      }
      case 'delete':
        return [await this.#zitadel('DELETE', `/v2/users/${id}`)];
      case 'set-password':
        return [await this.#setPassword(id, one.password)];
      case 'change-password':
        return [await this.#setPassword(id, one.password, { currentPassword: one.current })];
      case 'reset-password':
        return this.#resetPassword(id, one.password);
      case 'sign-in':
        return [await this.#signIn(emails[one.user] ?? '', one.password)];
      case 'verify-email':
        return this.#verifyEmail(id, one.email, one.isRight);
      case 'deferred-update':
        return [await this.#clients.avibra.update(id, { givenName: one.givenName }, { version: 'v1' })];
      case 'ownli-fields':
        return [await this.#changeFields(id, one.city, one.customField1)];
      case 'move':
        return [await this.#zitadel('POST', `/v2/users/${id}/${one.action}`, {})];
      case 'contact-code':
        return [await this.#zitadel('POST', `/v2/users/${id}/${one.path}`, {})];
      case 'remove-phone':
        return [await this.#zitadel('DELETE', `/v2/users/${id}/phone`)];
      case 'invite':
        return this.#invite(id, one.isRight, one.again);
      case 'skip-mfa-init':
        return [await this.#zitadel('POST', `/v2/users/${id}/mfa_init_skipped`, {})];
      case 'metadata':
        return [
          await this.#zitadel('POST', `/v2/users/${id}/metadata`, { metadata: [{ key: one.key, value: one.value }] }),
        ];
      case 'set-password-by-code':
        return this.#setPasswordByCode(id, one.password);
    }
  }

  #zitadel(method: string, path: string, body?: object): Promise<TestResponse> {
    const headers = { authorization: `Bearer ${ACME.adminPat}` };
    return this.#tessera.send(method, path, { headers, ...(body === undefined ? {} : { body }) });
  }

  /** On the one machine of the player, which everybody changes at once. */
  async #onMachine(act: MachineAct): Promise<TestResponse> {
    this.#machine ??= this.#zitadel('POST', '/v2/users/new', {
      organizationId: ACME.id,
      machine: { name: 'Robot' },
    }).then(({ json }) => json.id);
    const id = await this.#machine;
    const { credentials } = await this.#tessera.user(id);
    const path = `/v2/users/${id}`;
    switch (act) {
      case 'set-secret':
        return this.#zitadel('POST', `${path}/secret`, {});
      case 'remove-secret':
        return this.#zitadel('DELETE', `${path}/secret`);
      case 'add-key':
        return this.#zitadel('POST', `${path}/keys`, { expirationDate: EXPIRES, publicKey: PUBLIC_KEY });
      case 'remove-key':
        return this.#zitadel('DELETE', `${path}/keys/${credentials.keys[0]?.id ?? 'none'}`);
      case 'add-token':
        return this.#zitadel('POST', `${path}/pats`, { expirationDate: EXPIRES });
      case 'remove-token':
        return this.#zitadel('DELETE', `${path}/pats/${credentials.tokens[0]?.id ?? 'none'}`);
      case 'change-type': {
        const isJwt = credentials.accessTokenType === 'jwt';
        const accessTokenType = isJwt ? 'ACCESS_TOKEN_TYPE_BEARER' : 'ACCESS_TOKEN_TYPE_JWT';
        return this.#zitadel('PATCH', path, { machine: { accessTokenType } });
      }
    }
  }

  #setPassword(id: string, password: string, proof: object = {}): Promise<TestResponse> {
    return this.#zitadel('PUT', `/v2/users/human/${id}`, { password: { password: { password }, ...proof } });
  }

  async #resetPassword(id: string, password: string | null): Promise<TestResponse[]> {
    const reset = await this.#zitadel('POST', `/v2/users/${id}/password_reset`, { returnCode: {} });
    if (reset.status !== 200 || password === null) return [reset];
    const { verificationCode } = reset.json;
    return [reset, await this.#setPassword(id, password, { verificationCode })];
  }

  /** By the address at first: once it has changed, nobody has the name. */
  #signIn(username: string, password: string): Promise<TestResponse> {
    const headers = { 'brand-url': ACME.brandUrl };
    return this.#tessera.send('POST', '/api/v1/users/auth', { headers, body: { username, password } });
  }

  async #verifyEmail(id: string, email: string, isRight: boolean): Promise<TestResponse[]> {
    const body = { email: { email, returnCode: {} } };
    const changed = await this.#zitadel('PUT', `/v2/users/human/${id}`, body);
    const code = changed.status === 200 ? changed.json.emailCode : undefined;
    const verificationCode = isRight && code !== undefined ? code : 'WRONG1';
    return [changed, await this.#zitadel('POST', `/v2/users/${id}/email/verify`, { verificationCode })];
  }

  async #invite(id: string, isRight: boolean, again: boolean): Promise<TestResponse[]> {
    const path = `/v2/users/${id}/invite_code`;
    const invited = await this.#zitadel('POST', path, { returnCode: {} });
    const resent = again ? [await this.#zitadel('POST', `${path}/resend`)] : [];
    const verificationCode = isRight && invited.status === 200 ? invited.json.inviteCode : 'WRONG1';
    return [invited, ...resent, await this.#zitadel('POST', `${path}/verify`, { verificationCode })];
  }

  async #setPasswordByCode(id: string, password: string): Promise<TestResponse[]> {
    const reset = await this.#zitadel('POST', `/v2/users/${id}/password_reset`, { returnCode: {} });
    const proof = reset.status === 200 ? { verificationCode: reset.json.verificationCode } : {};
    const body = { newPassword: { password }, ...proof };
    return [reset, await this.#zitadel('POST', `/v2/users/${id}/password`, body)];
  }

  async #changeFields(id: string, city: string | null, customField1: string | null): Promise<TestResponse> {
    if (this.#ownli.authorization === undefined) {
      const token = await this.#tessera.send('POST', '/api/auth/token', { body: { ...ACME.ownli, scope: 'admin' } });
      this.#ownli = { authorization: `Bearer ${token.json.access_token}` };
    }
    const body = { customField1, address: { city, state: 'IL' } };
    return this.#tessera.send('PUT', `/api/users/${id}`, { headers: this.#ownli, body });
  }
}
