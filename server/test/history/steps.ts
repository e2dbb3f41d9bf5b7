import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { Secret, TOTP } from 'otpauth';
import { Authenticator } from '../support/authenticator.ts';
import { DIALECT_NAMES, type DialectClient, type DialectName, somebody } from '../support/clients.ts';
import { ACME, EVERYWHERE_IDP, ROOT } from '../support/setup.ts';
import type { Tessera, TestResponse } from '../support/tessera.ts';
import { BELONGING_ACTS } from './belonging-acts.ts';
import { BRAND_ACTS, BrandAdministrator } from './brand-acts.ts';
import { ENROLMENT_ACTS, PartnerClient } from './enrolment-acts.ts';

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
const policyNumber = fc.constantFrom('PN-1', 'pn-1', 'PN-2');
const text = fc.constantFrom('one', 'two', null);
const otpPath = fc.constantFrom('otp_sms' as const, 'otp_email' as const);
/** Factors by what their calls end in. */
const FACTOR_PATHS = ['totp', 'otp_sms', 'otp_email', 'recovery_codes'] as const;

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

const factor = fc.constantFrom('passkeys' as const, 'u2f' as const);
type Factor = 'passkeys' | 'u2f';
/** Users share them, though each can be registered by one only. */
const AUTHENTICATORS = Array.from({ length: 3 }, () => new Authenticator());
const DOMAIN = 'localhost';

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
  fc.record({ kind: fc.constant('brand' as const), user, other: user, act: fc.constantFrom(...BRAND_ACTS) }),
  fc.record({ kind: fc.constant('belonging' as const), user, act: fc.constantFrom(...BELONGING_ACTS) }),
  fc.record({ kind: fc.constant('enrolment' as const), user, act: fc.constantFrom(...ENROLMENT_ACTS) }),
  fc.record({ kind: fc.constant('machine' as const), act: fc.constantFrom(...MACHINE_ACTS) }),
  fc.record({ kind: fc.constant('ownli-fields' as const), user, city: text, customField1: text }),
  fc.record({ kind: fc.constant('policy' as const), user, policyNumber, phone: fc.option(phone) }),
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
  fc.record({
    kind: fc.constant('webauthn' as const),
    user,
    factor,
    authenticator: fc.nat(AUTHENTICATORS.length - 1),
    isRight: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('remove-webauthn' as const), user, factor }),
  fc.record({ kind: fc.constant('idp-link' as const), user, identity: fc.nat(2), isRemoved: fc.boolean() }),
  fc.record({ kind: fc.constant('passkey-link' as const), user, isRight: fc.boolean() }),
  fc.record({ kind: fc.constant('join' as const), user, email: fc.option(email) }),
  fc.record({ kind: fc.constant('set-password-by-code' as const), user, password }),
  fc.record({ kind: fc.constant('totp' as const), user, isRight: fc.boolean() }),
  fc.record({ kind: fc.constant('add-otp' as const), user, path: otpPath }),
  fc.record({ kind: fc.constant('recovery-codes' as const), user, count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('remove-factor' as const), user, path: fc.constantFrom(...FACTOR_PATHS) }),
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
  readonly #brand: BrandAdministrator;
  readonly #partner: PartnerClient;
  #machine: Promise<string> | null = null;
  #joined = 0;

  constructor(tessera: Tessera, clients: Record<DialectName, DialectClient>) {
    this.#tessera = tessera;
    this.#brand = new BrandAdministrator(tessera);
    this.#partner = new PartnerClient(tessera);
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
      case 'brand':
        return [await this.#brand.play(one.act, id, ids[one.other] ?? '')];
      case 'belonging':
        return this.#brand.playBelonging(one.act, id);
      case 'enrolment':
        return this.#partner.play(one.act, id);
      case 'deferred-update':
        return [await this.#clients.avibra.update(id, { givenName: one.givenName }, { version: 'v1' })];
      case 'ownli-fields':
        return [await this.#changeFields(id, one.city, one.customField1)];
      case 'policy':
        return [await this.#setPolicy(id, one.policyNumber, one.phone)];
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
      case 'join':
        return [await this.#join(id, one.email)];
      case 'webauthn':
        return this.#register(id, one);
      case 'remove-webauthn':
        return [await this.#removeCredential(id, one.factor)];
      case 'passkey-link':
        return this.#registerByLink(id, one.isRight);
      case 'idp-link':
        return [await this.#idpLink(id, `identity ${one.identity}`, one.isRemoved)];
      case 'set-password-by-code':
        return this.#setPasswordByCode(id, one.password);
      case 'totp':
        return this.#totp(id, one.isRight);
      case 'add-otp':
        return this.#addOtp(id, one.path);
      case 'recovery-codes':
        return [await this.#zitadel('POST', `/v2/users/${id}/recovery_codes`, { count: one.count })];
      case 'remove-factor':
        return [await this.#zitadel('DELETE', `/v2/users/${id}/${one.path}`)];
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

  /** A new organization with a user that is there, by a role that allows nothing, and maybe one that is created. */
  #join(id: string, email: string | null): Promise<TestResponse> {
    const roles = ['ORG_USER_SELF_MANAGER'];
    const human = { profile: { givenName: 'Fo', familyName: 'Under' }, email: { email: email ?? '' } };
    const admins = [{ userId: id, roles }, ...(email === null ? [] : [{ human, roles }])];
    this.#joined += 1;
    const body = { name: `${id} joins ${this.#joined}`, admins };
    return this.#tessera.send('POST', '/v2/organizations', { headers: { authorization: `Bearer ${ROOT.pat}` }, body });
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

  /** To an identity that others want too. */
  #idpLink(id: string, userId: string, isRemoved: boolean): Promise<TestResponse> {
    const idpId = EVERYWHERE_IDP.id;
    const path = `/v2/users/${id}/links`;
    if (isRemoved) return this.#zitadel('DELETE', `${path}/${idpId}/${encodeURIComponent(userId)}`);
    return this.#zitadel('POST', path, { idpLink: { idpId, userId, userName: userId } });
  }

  async #totp(id: string, isRight: boolean): Promise<TestResponse[]> {
    const path = `/v2/users/${id}/totp`;
    const begun = await this.#zitadel('POST', path, {});
    const secret = begun.status === 200 ? Secret.fromBase32(begun.json.secret) : new Secret();
    const code = isRight ? TOTP.generate({ secret }) : 'wrong!';
    return [begun, await this.#zitadel('POST', `${path}/verify`, { code })];
  }

  /** What the codes go to is verified first, where there is any. */
  async #addOtp(id: string, path: 'otp_sms' | 'otp_email'): Promise<TestResponse[]> {
    const contact = path === 'otp_sms' ? 'phone' : 'email';
    const { value } = (await this.#tessera.user(id))[contact];
    const verified =
      value === null
        ? []
        : [await this.#zitadel('PUT', `/v2/users/human/${id}`, { [contact]: { [contact]: value, isVerified: true } })];
    return [...verified, await this.#zitadel('POST', `/v2/users/${id}/${path}`, {})];
  }

  async #register(
    id: string,
    { factor, authenticator, isRight }: { factor: Factor; authenticator: number; isRight: boolean },
  ): Promise<TestResponse[]> {
    const path = `/v2/users/${id}/${factor}`;
    const begun = await this.#zitadel('POST', path, { domain: DOMAIN });
    if (begun.status !== 200) return [begun];
    const { publicKey } = begun.json.publicKeyCredentialCreationOptions;
    const origin = isRight ? 'http://localhost' : 'http://evil.test';
    const publicKeyCredential = AUTHENTICATORS[authenticator]?.register(publicKey, { origin });
    const name = factor === 'passkeys' ? { passkeyName: 'Key' } : { tokenName: 'Key' };
    const credentialId = begun.json.passkeyId ?? begun.json.u2fId;
    return [begun, await this.#zitadel('POST', `${path}/${credentialId}`, { publicKeyCredential, ...name })];
  }

  async #removeCredential(id: string, factor: Factor): Promise<TestResponse> {
    const [first] = (await this.#tessera.user(id)).factors[factor];
    return this.#zitadel('DELETE', `/v2/users/${id}/${factor}/${first?.id ?? 'none'}`);
  }

  async #registerByLink(id: string, isRight: boolean): Promise<TestResponse[]> {
    const path = `/v2/users/${id}/passkeys`;
    const link = await this.#zitadel('POST', `${path}/registration_link`, { returnCode: {} });
    const { id: codeId = 'none', code: sent = 'none' } = link.status === 200 ? link.json.code : {};
    const code = { id: codeId, code: isRight ? sent : 'wrong' };
    return [link, await this.#zitadel('POST', path, { domain: DOMAIN, code })];
  }

  async #setPasswordByCode(id: string, password: string): Promise<TestResponse[]> {
    const reset = await this.#zitadel('POST', `/v2/users/${id}/password_reset`, { returnCode: {} });
    const proof = reset.status === 200 ? { verificationCode: reset.json.verificationCode } : {};
    const body = { newPassword: { password }, ...proof };
    return [reset, await this.#zitadel('POST', `/v2/users/${id}/password`, body)];
  }

  async #changeFields(id: string, city: string | null, customField1: string | null): Promise<TestResponse> {
    return this.#ownliCall('PUT', `/api/users/${id}`, { customField1, address: { city, state: 'IL' } });
  }

  /** Of the user, or with a phone of somebody who is created for it. */
  #setPolicy(id: string, number: string, phone: string | null): Promise<TestResponse> {
    const policy = { policyNumber: number, startDate: '2024-01-01T00:00:00Z', endDate: '2025-01-01T00:00:00Z' };
    if (phone === null) return this.#ownliCall('PUT', `/api/users/${id}/update-policy`, policy);
    const person = { firstName: 'In', lastName: 'Sured', phone, address: { state: 'IL' } };
    return this.#ownliCall('POST', '/api/users/with-policy', { ...person, policyInfo: policy });
  }

  async #ownliCall(method: string, path: string, body: object): Promise<TestResponse> {
    if (this.#ownli.authorization === undefined) {
      const token = await this.#tessera.send('POST', '/api/auth/token', { body: { ...ACME.ownli, scope: 'admin' } });
      this.#ownli = { authorization: `Bearer ${token.json.access_token}` };
    }
    return this.#tessera.send(method, path, { headers: this.#ownli, body });
  }
}
