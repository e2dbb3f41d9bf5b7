import fc from 'fast-check';
import { DIALECT_NAMES, type DialectClient, type DialectName, somebody } from '../support/clients.ts';
import { ACME } from '../support/setup.ts';
import type { Tessera, TestResponse } from '../support/tessera.ts';

const CONTESTED = 6;
/** The first is the one that a registration sets. */
export const PASSWORDS = ['Passw0rd!', 'N3wP4ssword!'] as const;

const dialect = fc.constantFrom(...DIALECT_NAMES);
const user = fc.nat(DIALECT_NAMES.length - 1);
const email = fc.nat(CONTESTED).map((n) => `contested.${n}@mouse.test`);
const phone = fc.nat(CONTESTED).map((n) => `+1312555010${n}`);
const password = fc.constantFrom(...PASSWORDS);
const text = fc.constantFrom('one', 'two', null);

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
  fc.record({ kind: fc.constant('ownli-fields' as const), user, city: text, customField1: text }),
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

  constructor(tessera: Tessera, clients: Record<DialectName, DialectClient>) {
    this.#tessera = tessera;
    this.#clients = clients;
  }

  /** @returns every answer the step got */
  async play({ ids, emails }: Cast, one: Step): Promise<TestResponse[]> {
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
    }
  }

  #zitadel(method: string, path: string, body?: object): Promise<TestResponse> {
    const headers = { authorization: `Bearer ${ACME.adminPat}` };
    return this.#tessera.send(method, path, { headers, ...(body === undefined ? {} : { body }) });
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

  async #changeFields(id: string, city: string | null, customField1: string | null): Promise<TestResponse> {
    if (this.#ownli.authorization === undefined) {
      const token = await this.#tessera.send('POST', '/api/auth/token', { body: { ...ACME.ownli, scope: 'admin' } });
      this.#ownli = { authorization: `Bearer ${token.json.access_token}` };
    }
    const body = { customField1, address: { city, state: 'IL' } };
    return this.#tessera.send('PUT', `/api/users/${id}`, { headers: this.#ownli, body });
  }
}
