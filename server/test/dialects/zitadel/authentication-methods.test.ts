import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { UserService } from '../../../src/api/zitadel/protocol/user-service.ts';
import type { Factors, WebAuthnCredential } from '../../../src/core/user/user.ts';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { addVerified, factorCalls, setUpTotp } from './factor-support.ts';
import {
  ADMIN,
  bearer,
  END,
  END_USER,
  expectRefusal,
  leavesNoTrace,
  MANAGE,
  NO_MEMBERSHIP,
  NO_TOKEN,
  NO_USER,
  plant,
  VIEWER,
  write,
  zitadelSetup,
} from './support.ts';
import { transportsOf } from './transports.ts';

let now = Date.now();
const tessera = await startTessera(zitadelSetup(), { clock: () => now });
afterAll(() => tessera.stop());
const { authMethods, authFactors, ...calls } = factorCalls(tessera);

let id = '';
beforeEach(async () => {
  id = await addVerified(tessera);
});

const credential = (of: string, more: Partial<WebAuthnCredential> = {}): WebAuthnCredential => ({
  id: of,
  name: `Key ${of}`,
  rpId: 'acme.test',
  challenge: null,
  byCode: false,
  credential: { id: of, publicKey: 'k', signCount: 0, aaguid: 'a' },
  createdAt: now,
  ...more,
});
const unfinished = { name: '', challenge: 'c', credential: null };

/** Gives the user factors that other calls make. */
async function has(factors: Partial<Factors>): Promise<void> {
  const user = await tessera.user(id);
  await write(tessera, { ...user, factors: { ...user.factors, ...factors } }, false);
}

async function setUpEverything(): Promise<void> {
  await has({
    passkeys: [credential('1'), credential('2', unfinished)],
    u2f: [credential('3', { rpId: 'shop.test' }), credential('4', unfinished)],
    idpLinks: [{ idpId: '1', userId: 'u', userName: 'n' }],
  });
  await setUpTotp(tessera, id);
  await calls.addOtpSms(id);
  await calls.addOtpEmail(id);
  await calls.generateRecoveryCodes(id);
  await tessera.send('POST', `/v2/users/${id}/password`, {
    headers: ADMIN,
    body: { newPassword: { password: 'Secr3tP4ssw0rd!' } },
  });
}

const types = (...names: string[]) => names.map((name) => `AUTHENTICATION_METHOD_TYPE_${name}`);
const READY = 'AUTH_FACTOR_STATE_READY';
const NOT_READY = 'AUTH_FACTOR_STATE_NOT_READY';

describe('ListAuthenticationMethodTypes', () => {
  it('lists every way that is ready, and says how fresh that is', async () => {
    now += 1000;
    await setUpEverything();
    const { json, headers } = await authMethods(id);
    const { sequence, version } = await tessera.user(id);
    expect(json).toEqual({
      details: { totalResult: '8', processedSequence: String(sequence), timestamp: new Date(now).toISOString() },
      authMethodTypes: types('PASSWORD', 'PASSKEY', 'IDP', 'TOTP', 'U2F', 'OTP_SMS', 'OTP_EMAIL', 'RECOVERY_CODE'),
    });
    expect(headers.get('etag')).toBe(`"${version}"`);
  });

  it('is the same over every transport', async () => {
    await setUpEverything();
    const { listAuthenticationMethodTypes: method } = UserService.method;
    for (const call of Object.values(transportsOf(tessera, ACME.adminPat))) {
      const { code, details } = await call(method, { userId: id });
      const { authMethodTypes } = details as { authMethodTypes: string[] };
      expect({ code, last: authMethodTypes.at(-1) }).toEqual({
        code: 0,
        last: 'AUTHENTICATION_METHOD_TYPE_RECOVERY_CODE',
      });
    }
  });

  it('of somebody who has none is an empty list', async () => {
    await has({ passkeys: [credential('1', unfinished)] });
    await calls.registerTotp(id);
    const { json } = await authMethods(id);
    expect(Object.keys(json)).toEqual(['details']);
  });

  it.each([
    ['?domainQuery.domain=acme.test', types('PASSKEY', 'RECOVERY_CODE')],
    ['?domain_query.domain=ACME.test', types('PASSKEY', 'RECOVERY_CODE')],
    ['?domainQuery.domain=shop.test', types('U2F', 'RECOVERY_CODE')],
    ['?domainQuery.domain=shop.test&domainQuery.includeWithoutDomain=true', types('PASSKEY', 'U2F', 'RECOVERY_CODE')],
    ['?domainQuery.domain=none.test', types('RECOVERY_CODE')],
  ])('%s narrows passkeys and security keys', async (query, expected) => {
    await has({
      passkeys: [credential('1'), credential('2', { rpId: '' })],
      u2f: [credential('3', { rpId: 'shop.test' })],
      recoveryCodes: ['digest'],
    });
    expect((await authMethods(id, query)).json.authMethodTypes).toEqual(expected);
  });

  it('a domain is one', async () => {
    const text =
      'invalid ListAuthenticationMethodTypesRequest.DomainQuery: embedded message failed validation | caused by: invalid DomainQuery.Domain: value length must be between 1 and 200 runes, inclusive';
    expectRefusal(await authMethods(id, '?domainQuery.includeWithoutDomain=true'), 400, 3, text);
  });
});

describe('ListAuthenticationFactors', () => {
  const all = [
    { state: READY, otp: {} },
    { state: READY, otpSms: {} },
    { state: READY, otpEmail: {} },
    { state: READY, u2f: { id: '3', name: 'Key 3' } },
    { state: NOT_READY, u2f: { id: '4' } },
  ];

  const ready = all.slice(0, 4);

  it('lists those that are ready', async () => {
    await setUpEverything();
    expect((await authFactors(id)).json).toEqual({ result: ready });
  });

  it('a registration that is not verified is not ready', async () => {
    await calls.registerTotp(id);
    expect((await authFactors(id)).json).toEqual({});
    const named = await authFactors(id, '?states=AUTH_FACTOR_STATE_NOT_READY');
    expect(named.json).toEqual({ result: [{ state: NOT_READY, otp: {} }] });
  });

  it.each([
    ['?authFactors=OTP', [all[0]]],
    ['?authFactors=0', [all[0]]],
    ['?auth_factors=OTP_SMS&auth_factors=OTP_EMAIL', [all[1], all[2]]],
    ['?authFactors=U2F', [all[3]]],
    ['?authFactors=U2F&states=AUTH_FACTOR_STATE_NOT_READY&states=AUTH_FACTOR_STATE_READY', [all[3], all[4]]],
    ['?authFactors=U2F&states=AUTH_FACTOR_STATE_READY', [all[3]]],
    ['?states=AUTH_FACTOR_STATE_NOT_READY', [all[4]]],
    ['?states=AUTH_FACTOR_STATE_NOT_READY&states=AUTH_FACTOR_STATE_READY', all],
    ['?states=AUTH_FACTOR_STATE_UNSPECIFIED', ready],
    ['?states=AUTH_FACTOR_STATE_REMOVED', undefined],
    ['?unknown=1', ready],
  ])('%s chooses', async (query, expected) => {
    await setUpEverything();
    expect((await authFactors(id, query)).json.result).toEqual(expected);
  });

  it('a choice that is none is refused', async () => {
    expect((await authFactors(id, '?authFactors=SMS')).status).toBe(400);
  });

  it('takes its choice from the message elsewhere', async () => {
    await setUpEverything();
    const { listAuthenticationFactors: method } = UserService.method;
    const choice = { authFactors: ['OTP'], states: [READY] };
    for (const [name, call] of Object.entries(transportsOf(tessera, ACME.adminPat))) {
      const { details } = await call(method, { userId: id, ...choice });
      expect({ name, found: (details as { result: unknown[] }).result.length }).toEqual({ name, found: 1 });
    }
    // Over REST the body is not read, so what stands in it chooses nothing.
    const path = `/v2/users/${id}/authentication_factors/_search`;
    const { json } = await tessera.send('POST', path, { headers: ADMIN, body: choice });
    expect(json.result).toHaveLength(ready.length);
  });
});

describe.each([
  ['ListAuthenticationMethodTypes', authMethods],
  ['ListAuthenticationFactors', authFactors],
])('%s', (_name, list) => {
  it('is for oneself, and for those who may read', async () => {
    for (const headers of [ADMIN, MANAGE, VIEWER]) expect((await list(id, '', headers)).status).toBe(200);
    expect((await list(END_USER.id, '', END)).status).toBe(200);
    expectRefusal(await list(id, '', {}), ...NO_TOKEN);
    expectRefusal(await list(id, '', END), ...NO_MEMBERSHIP);
    expectRefusal(await list(id, '', bearer(GLOBEX.adminPat)), ...NO_MEMBERSHIP);
  });

  it('of nobody, of somebody deleted', async () => {
    expectRefusal(await list('unknown'), ...NO_USER);
    await tessera.send('DELETE', `/v2/users/${id}`, { headers: ADMIN });
    expectRefusal(await list(id), ...NO_USER);
  });

  it('of a machine is empty', async () => {
    const machine = `machine-${id}`;
    await plant(tessera, { id: machine, kind: 'machine' });
    const { status, json } = await list(machine);
    expect([status, json.result, json.authMethodTypes]).toEqual([200, undefined, undefined]);
  });

  it('writes nothing', async () => {
    await leavesNoTrace(tessera, id, () => list(id));
  });
});

describe('CreateInviteCode', () => {
  const invite = () => tessera.send('POST', `/v2/users/${id}/invite_code`, { headers: ADMIN, body: {} });
  const INITIALIZED = 'User is already initialized (COMMAND-EF34g)';

  it.each<[string, Partial<Factors>]>([
    ['a passkey', { passkeys: [credential('1')] }],
    ['a link to an identity provider', { idpLinks: [{ idpId: '1', userId: 'u', userName: 'n' }] }],
    ['a second factor', { totp: { sealedSecret: 's', verifiedAt: 1, failures: 0 } }],
  ])('not for somebody with %s', async (_what, factors) => {
    await has(factors);
    expectRefusal(await invite(), 400, 9, INITIALIZED);
  });

  it('for somebody who has begun with one', async () => {
    await has({ passkeys: [credential('1', unfinished)], totp: { sealedSecret: 's', verifiedAt: null, failures: 0 } });
    expect((await invite()).status).toBe(200);
  });
});
