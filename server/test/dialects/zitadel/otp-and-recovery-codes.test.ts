import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { isStored } from '../../support/at-rest.ts';
import { startTessera } from '../../support/tessera.ts';
import { addVerified, factorCalls } from './factor-support.ts';
import { ADMIN, addUser, eventTypes, expectRefusal, leavesNoTrace, update, zitadelSetup } from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());
const { addOtpSms, addOtpEmail, generateRecoveryCodes, authFactors, authMethods, ...calls } = factorCalls(tessera);

let id = '';
beforeEach(async () => {
  id = await addVerified(tessera);
});
const factors = async () =>
  (await authFactors(id, '?states=AUTH_FACTOR_STATE_READY&states=AUTH_FACTOR_STATE_NOT_READY')).json;
const READY = 'AUTH_FACTOR_STATE_READY';
const NOT_READY = 'AUTH_FACTOR_STATE_NOT_READY';

describe('AddOTPSMS, AddOTPEmail', () => {
  it('need what the codes go to to be verified', async () => {
    const other = await addUser(tessera, { phone: { phone: '+13125558888' } });
    const phoneless = await addUser(tessera);
    await leavesNoTrace(tessera, other, async () => {
      expectRefusal(await addOtpSms(other), 400, 9, 'Phone is not verified');
      expectRefusal(await addOtpEmail(other), 400, 9, 'Email is not verified');
    });
    expectRefusal(await addOtpSms(phoneless), 400, 9, 'Phone is not verified');
  });

  it('twice are no change', async () => {
    await addOtpSms(id);
    await addOtpEmail(id);
    await leavesNoTrace(tessera, id, async () => {
      expect((await addOtpSms(id)).status).toBe(200);
      expect((await addOtpEmail(id)).status).toBe(200);
    });
  });

  it('send nothing by themselves', async () => {
    await addOtpSms(id);
    expect((await eventTypes(tessera, id)).at(-1)).toBe('user.otp_sms_added');
    expect((await factors()).result).toEqual([{ state: READY, otpSms: {} }]);
  });
});

describe('the phone number of codes by SMS', () => {
  beforeEach(async () => {
    await addOtpSms(id);
  });

  it('is gone, and so are they', async () => {
    await tessera.send('DELETE', `/v2/users/${id}/phone`, { headers: ADMIN });
    expect(await factors()).toEqual({});
    expectRefusal(await calls.removeOtpSms(id), 404, 5, 'User has not set up this factor');
  });

  it('is another, and they wait until it is verified', async () => {
    await update(tessera, id, { phone: { phone: '+13125557777' } });
    expect((await factors()).result).toEqual([{ state: NOT_READY, otpSms: {} }]);
    expect((await authMethods(id)).json.authMethodTypes).toBeUndefined();
    await update(tessera, id, { phone: { phone: '+13125557777', isVerified: true } });
    expect((await factors()).result).toEqual([{ state: READY, otpSms: {} }]);
  });
});

it('codes by mail wait until another address is verified', async () => {
  await addOtpEmail(id);
  await update(tessera, id, { email: { email: `other.${id}@mouse.test` } });
  expect((await factors()).result).toEqual([{ state: NOT_READY, otpEmail: {} }]);
});

describe('GenerateRecoveryCodes', () => {
  it.each([1, 50])('makes %i different ones', async (count) => {
    const { json } = await generateRecoveryCodes(id, ADMIN, count);
    expect(Object.keys(json)).toEqual(['details', 'recoveryCodes']);
    expect(new Set(json.recoveryCodes).size).toBe(count);
    for (const code of json.recoveryCodes) expect(code).toMatch(/^[A-Z2-7]{5}-[A-Z2-7]{5}$/);
    expect((await tessera.user(id)).factors.recoveryCodes).toHaveLength(count);
  });

  it.each([0, 51, -1, undefined])('not %j', async (count) => {
    const text = 'invalid GenerateRecoveryCodesRequest.Count: value must be inside range [1, 50]';
    await leavesNoTrace(tessera, id, async () => {
      const body = count === undefined ? {} : { count };
      const response = await tessera.send('POST', `/v2/users/${id}/recovery_codes`, { headers: ADMIN, body });
      expectRefusal(response, 400, 3, text);
    });
  });

  it('again replaces them', async () => {
    await generateRecoveryCodes(id);
    const before = (await tessera.user(id)).factors.recoveryCodes;
    await generateRecoveryCodes(id, ADMIN, 2);
    const after = (await tessera.user(id)).factors.recoveryCodes;
    expect(after).toHaveLength(2);
    expect(after.filter((digest) => before.includes(digest))).toEqual([]);
  });

  it('keeps digests alone, also with a kept answer', async () => {
    const { json } = await generateRecoveryCodes(id, { ...ADMIN, 'idempotency-key': 'recovery-at-rest' });
    for (const code of json.recoveryCodes) expect(await isStored(tessera.database, code)).toBe(false);
  });
});
