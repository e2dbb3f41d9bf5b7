import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { GLOBEX } from '../../support/setup.ts';
import { startTessera, type TestResponse } from '../../support/tessera.ts';
import { addVerified, codeOf, factorCalls } from './factor-support.ts';
import {
  ADMIN,
  bearer,
  END,
  END_USER,
  eventTypes,
  expectRefusal,
  type Headers,
  leavesNoTrace,
  MANAGE,
  NO_MEMBERSHIP,
  NO_PERMISSION,
  NO_TOKEN,
  NO_USER,
  OWNER,
  plant,
  ROOT_AUTH,
  setState,
  update,
  VIEWER,
  zitadelSetup,
} from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());
const calls = factorCalls(tessera);

interface FactorCall {
  readonly event: string;
  /** Managers may take factors away, but not give them. */
  readonly managerMay: boolean;
  /** What must stand before it. */
  given(id: string): Promise<unknown>;
  send(id: string, headers?: Headers): Promise<TestResponse>;
}

const nothing = async () => {};
let code = '';
const CALLS: Readonly<Record<string, FactorCall>> = {
  RegisterTOTP: { event: 'user.totp_added', managerMay: false, given: nothing, send: calls.registerTotp },
  VerifyTOTPRegistration: {
    event: 'user.totp_verified',
    managerMay: false,
    given: async (id) => {
      code = codeOf((await calls.registerTotp(id)).json.secret);
    },
    send: (id, headers) => calls.verifyTotp(id, code || '000000', headers),
  },
  RemoveTOTP: { event: 'user.totp_removed', managerMay: true, given: calls.registerTotp, send: calls.removeTotp },
  AddOTPSMS: { event: 'user.otp_sms_added', managerMay: false, given: nothing, send: calls.addOtpSms },
  RemoveOTPSMS: { event: 'user.otp_sms_removed', managerMay: true, given: calls.addOtpSms, send: calls.removeOtpSms },
  AddOTPEmail: { event: 'user.otp_email_added', managerMay: false, given: nothing, send: calls.addOtpEmail },
  RemoveOTPEmail: {
    event: 'user.otp_email_removed',
    managerMay: true,
    given: calls.addOtpEmail,
    send: calls.removeOtpEmail,
  },
  GenerateRecoveryCodes: {
    event: 'user.recovery_codes_added',
    managerMay: false,
    given: nothing,
    send: calls.generateRecoveryCodes,
  },
  RemoveRecoveryCodes: {
    event: 'user.recovery_codes_removed',
    managerMay: false,
    given: calls.generateRecoveryCodes,
    send: calls.removeRecoveryCodes,
  },
};

let id = '';
beforeEach(async () => {
  id = await addVerified(tessera);
});

describe.each(Object.entries(CALLS))('%s', (name, { event, managerMay, given, send }) => {
  it('is for oneself, and for those who may', async () => {
    await given(id);
    await leavesNoTrace(tessera, id, async () => {
      expectRefusal(await send(id, {}), ...NO_TOKEN);
      expectRefusal(await send(id, END), ...NO_MEMBERSHIP);
      expectRefusal(await send(id, bearer(GLOBEX.adminPat)), ...NO_MEMBERSHIP);
      expectRefusal(await send(id, VIEWER), ...NO_PERMISSION);
      if (!managerMay) expectRefusal(await send(id, MANAGE), ...NO_PERMISSION);
    });
    for (const headers of [ADMIN, ROOT_AUTH, ...(managerMay ? [MANAGE] : [])]) {
      const user = await addVerified(tessera);
      await given(user);
      const response = await send(user, headers);
      expect(response.status, response.text).toBe(200);
    }
    await update(tessera, END_USER.id, {
      email: { email: 'end.user@acme.test', isVerified: true },
      phone: { phone: '+13125559999', isVerified: true },
    });
    await given(END_USER.id);
    expect((await send(END_USER.id, END)).status).toBe(200);
  });

  it('is not for those who hold less than the user', async () => {
    const refused = await send(OWNER.id, MANAGE);
    expectRefusal(refused, ...NO_PERMISSION);
  });

  it('knows no other users than people who are there', async () => {
    await plant(tessera, { id: `robot-${name}`, kind: 'machine' });
    expectRefusal(await send(`robot-${name}`), ...NO_USER);
    expectRefusal(await send('unknown'), ...NO_USER);
    expect((await send('x'.repeat(201))).status).toBe(400);
    await given(id);
    await tessera.send('DELETE', `/v2/users/${id}`, { headers: ADMIN });
    expectRefusal(await send(id), ...NO_USER);
  });

  it('appends its one event, and moves no version', async () => {
    await given(id);
    const before = await tessera.user(id);
    const response = await send(id);
    expect(response.status, response.text).toBe(200);
    expect((await eventTypes(tessera, id)).slice(before.sequence)).toEqual([event]);
    const after = await tessera.user(id);
    expect([after.version, after.changedAt]).toEqual([before.version, before.changedAt]);
    expect(response.headers.get('etag')).toBe(`"${before.version}"`);
    expect(response.json.details).toEqual({
      sequence: String(before.sequence + 1),
      changeDate: expect.any(String),
      resourceOwner: before.organizationId,
    });
  });

  it('is held to If-Match', async () => {
    await given(id);
    const { version } = await tessera.user(id);
    await leavesNoTrace(tessera, id, async () => {
      expect((await send(id, { ...ADMIN, 'if-match': `"${version + 7}"` })).status).toBe(412);
    });
    expect((await send(id, { ...ADMIN, 'if-match': `"${version}"` })).status).toBe(200);
  });

  it('under a key that was used is answered as before, and not done again', async () => {
    await given(id);
    const headers = { ...ADMIN, 'idempotency-key': `factor-${id}` };
    const first = await send(id, headers);
    expect(first.status, first.text).toBe(200);
    await leavesNoTrace(tessera, id, async () => {
      const second = await send(id, headers);
      expect([second.status, second.text]).toEqual([200, first.text]);
      expect(second.headers.get('idempotent-replayed')).toBe('true');
    });
  });

  it.each(['locked', 'inactive'] as const)('works on a user who is %s', async (state) => {
    await given(id);
    await setState(tessera, id, state);
    expect((await send(id)).status).toBe(200);
  });
});

it.each(['RemoveTOTP', 'RemoveOTPSMS', 'RemoveOTPEmail', 'RemoveRecoveryCodes'])(
  '%s of what is not there is a missing thing',
  async (name) => {
    await leavesNoTrace(tessera, id, async () => {
      const response = await CALLS[name]?.send(id);
      if (response === undefined) throw new Error('there is such a call');
      expectRefusal(response, 404, 5, 'User has not set up this factor');
    });
  },
);
