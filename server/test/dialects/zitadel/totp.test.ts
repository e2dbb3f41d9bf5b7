import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { isStored } from '../../support/at-rest.ts';
import { ACME } from '../../support/setup.ts';
import { startTessera, type TestResponse } from '../../support/tessera.ts';
import { addVerified, codeOf, factorCalls, setUpTotp, wrongCode } from './factor-support.ts';
import {
  ADMIN,
  END,
  END_USER,
  eventTypes,
  expectRefusal,
  leavesNoTrace,
  newPerson,
  update,
  zitadelSetup,
} from './support.ts';

let now = Date.now();
const tessera = await startTessera(zitadelSetup(), { clock: () => now });
afterAll(() => tessera.stop());
const { registerTotp, verifyTotp, removeTotp, authFactors } = factorCalls(tessera);

const STEP = 30_000;
const EXISTS = 'User has set up this factor already';
const MISSING = 'User has not set up this factor';
const WRONG = 'Code is invalid';

let id = '';
beforeEach(async () => {
  now = Date.now();
  id = await addVerified(tessera);
});
const registered = async (user = id): Promise<string> => (await registerTotp(user)).json.secret;

describe('RegisterTOTP', () => {
  it('hands out a secret, and a URI for an authenticator app', async () => {
    const { json } = await registerTotp(id);
    expect(Object.keys(json)).toEqual(['details', 'uri', 'secret']);
    expect(json.secret).toMatch(/^[A-Z2-7]{32}$/);
    const uri = new URL(json.uri);
    expect(json.uri).toMatch(/^otpauth:\/\/totp\/Acme:verified\.\d+%40mouse\.test\?/);
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      issuer: 'Acme',
      secret: json.secret,
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });

  it('keeps the secret sealed, also with a kept answer', async () => {
    const { json } = await registerTotp(id, { ...ADMIN, 'idempotency-key': 'totp-at-rest' });
    expect(await isStored(tessera.database, json.secret)).toBe(false);
    expect(await isStored(tessera.database, (await tessera.user(id)).factors.totp?.sealedSecret ?? '')).toBe(true);
  });

  it('anew, ends what was begun', async () => {
    const first = await registered();
    const second = await registered();
    if (codeOf(first, now) !== codeOf(second, now)) {
      expectRefusal(await verifyTotp(id, codeOf(first, now)), 400, 3, WRONG);
    }
    expect((await verifyTotp(id, codeOf(second, now))).status).toBe(200);
  });

  it('does not replace what is in use', async () => {
    await setUpTotp(tessera, id);
    await leavesNoTrace(tessera, id, async () => expectRefusal(await registerTotp(id), 409, 6, EXISTS));
    expect((await removeTotp(id)).status).toBe(200);
    expect((await registerTotp(id)).status).toBe(200);
  });
});

describe('VerifyTOTPRegistration', () => {
  it.each([-STEP, 0, STEP])('takes the code of a device that is %i ms out of step', async (out) => {
    const secret = await registered();
    expect((await verifyTotp(id, codeOf(secret, now + out))).status).toBe(200);
    expect((await tessera.user(id)).factors.totp).toMatchObject({ verifiedAt: now, failures: 0 });
  });

  it.each([-2 * STEP, 2 * STEP])('not one that is %i ms out of step', async (out) => {
    const secret = await registered();
    const code = codeOf(secret, now + out);
    if ([-STEP, 0, STEP].some((near) => codeOf(secret, now + near) === code)) return;
    expectRefusal(await verifyTotp(id, code), 400, 3, WRONG);
  });

  it.each(['１２３４５６', '🙂🙂🙂', 'abcdef', '1', 'x'.repeat(200)])('%j is a wrong code', async (code) => {
    await registered();
    expectRefusal(await verifyTotp(id, code), 400, 3, WRONG);
    expect((await eventTypes(tessera, id)).at(-1)).toBe('user.totp_check_failed');
  });

  it('needs a code of 1 to 200 characters', async () => {
    await registered();
    await leavesNoTrace(tessera, id, async () => {
      for (const code of ['', 'x'.repeat(201)]) {
        const text =
          'invalid VerifyTOTPRegistrationRequest.Code: value length must be between 1 and 200 runes, inclusive';
        expectRefusal(await verifyTotp(id, code), 400, 3, text);
      }
    });
  });

  it('five wrong codes end the registration', async () => {
    const secret = await registered();
    for (let tries = 1; tries <= 5; tries += 1) {
      expectRefusal(await verifyTotp(id, wrongCode(secret, now)), 400, 3, WRONG);
    }
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(await verifyTotp(id, codeOf(secret, now)), 404, 5, MISSING),
    );
    expect((await tessera.user(id)).factors.totp).toBeNull();
    expect((await eventTypes(tessera, id)).filter((type) => type === 'user.totp_check_failed')).toHaveLength(5);
    expect((await registerTotp(id)).status).toBe(200);
  });

  it('counts wrong codes that come at once', async () => {
    const secret = await registered();
    const answers = await Promise.all(Array.from({ length: 8 }, () => verifyTotp(id, wrongCode(secret, now))));
    expect(answers.map(({ status }) => status).sort()).toEqual([400, 400, 400, 400, 400, 404, 404, 404]);
  });

  it('decides by the secret that is there when it decides', async () => {
    const secret = await registered();
    const verify = verifyTotp(id, codeOf(secret, now));
    const again = registerTotp(id);
    const [verified, next] = await Promise.all([verify, again]);
    // Whichever comes first: the code of one secret never proves the other.
    const { totp } = (await tessera.user(id)).factors;
    if (verified.status === 200) {
      expectRefusal(next, 409, 6, EXISTS);
      expect(totp?.verifiedAt).toBe(now);
    } else {
      expectRefusal(verified, 400, 3, WRONG);
      expect(next.status).toBe(200);
      expect(totp).toMatchObject({ verifiedAt: null, failures: 1 });
    }
  });

  it('without a registration, or after one', async () => {
    expectRefusal(await verifyTotp(id, '123456'), 404, 5, MISSING);
    const secret = await setUpTotp(tessera, id);
    await leavesNoTrace(tessera, id, async () => {
      expectRefusal(await verifyTotp(id, codeOf(secret, now)), 409, 6, EXISTS);
      expectRefusal(await verifyTotp(id, wrongCode(secret, now)), 409, 6, EXISTS);
    });
  });

  it('by oneself, all the way', async () => {
    const { secret } = (await registerTotp(END_USER.id, END)).json;
    expect((await verifyTotp(END_USER.id, codeOf(secret, now), END)).status).toBe(200);
    expect((await removeTotp(END_USER.id, END)).status).toBe(200);
    expect((await tessera.user(END_USER.id)).factors.totp).toBeNull();
  });
});

describe('a secret that a new user brings', () => {
  const SECRET = 'jbsw y3dp ehpk 3pxp';
  const ready = { result: [{ state: 'AUTH_FACTOR_STATE_READY', otp: {} }] };
  const creations: [string, (totpSecret: unknown) => Promise<TestResponse>][] = [
    [
      'AddHumanUser',
      (totpSecret) => tessera.send('POST', '/v2/users/human', { headers: ADMIN, body: newPerson({ totpSecret }) }),
    ],
    [
      'CreateUser',
      (totpSecret) => {
        const body = { organizationId: ACME.id, human: newPerson({ totpSecret }) };
        return tessera.send('POST', '/v2/users/new', { headers: ADMIN, body });
      },
    ],
  ];

  describe.each(creations)('%s', (_name, create) => {
    it('is ready, and kept sealed', async () => {
      const { status, text, json } = await create(SECRET);
      expect(status, text).toBe(200);
      const user: string = json.userId ?? json.id;
      expect((await authFactors(user)).json).toEqual(ready);
      expectRefusal(await registerTotp(user), 409, 6, EXISTS);
      expect(await eventTypes(tessera, user)).toEqual(['user.created']);
      expect(await isStored(tessera.database, SECRET)).toBe(false);
      expect(await isStored(tessera.database, 'JBSWY3DPEHPK3PXP')).toBe(false);
    });

    it.each(['not base32!', 'JBSWY3DP', '1'.repeat(16), '='.repeat(16)])('%j is none', async (secret) => {
      expectRefusal(await create(secret), 400, 3, 'TOTP secret is invalid');
    });

    it.each(['', 'A'.repeat(201)])('%j breaks the rule for its length', async (secret) => {
      const { status, json } = await create(secret);
      expect([status, json.message]).toEqual([400, expect.stringContaining('TotpSecret: value length must be')]);
    });
  });
});

it('a change of the user ends no registration', async () => {
  const secret = await registered();
  await update(tessera, id, { username: `renamed.${id}`, profile: { givenName: 'A', familyName: 'B' } });
  expect((await verifyTotp(id, codeOf(secret, now))).status).toBe(200);
});
