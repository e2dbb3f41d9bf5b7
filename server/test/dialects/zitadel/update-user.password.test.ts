import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startTessera, type TestResponse } from '../../support/tessera.ts';
import {
  ADMIN,
  addUser,
  eventTypes,
  expectRefusal,
  leavesNoTrace,
  plant,
  setState,
  update,
  zitadelSetup,
} from './support.ts';

const LOCK_AFTER = 3;
let now = Date.now();
const tessera = await startTessera(zitadelSetup(), { clock: () => now });
const strict = await startTessera(
  zitadelSetup((setup) => {
    setup.organizations[0].policies = { lockout: { maxPasswordAttempts: LOCK_AFTER }, passwordHashes: ['bcrypt'] };
  }),
);
afterAll(() => Promise.all([tessera.stop(), strict.stop()]));

const OLD = 'Secr3tP4ssw0rd!';
const NEW = 'N3wP4ssword!';
const BCRYPT = '$2a$12$lJ08fqVr8bFJilRVnDT9QeULI7YW.nT3iwUv6dyg0aCrfm3UY8XR2';

let id = '';
beforeEach(async () => {
  id = await addUser(tessera, { password: { password: OLD } });
});

const setTo = (password: string, proof: object = {}, server = tessera, user = id): Promise<TestResponse> =>
  update(server, user, { password: { password: { password }, ...proof } });

/** Asserts what a failed check of the current password is answered with. */
function expectFailedCheck(response: TestResponse, code: number, message: string, failedAttempts: number): void {
  const [, text, tag] = /^(.*) \((.*)\)$/.exec(message) ?? [];
  const detail = { '@type': 'type.googleapis.com/zitadel.v1.CredentialsCheckError', id: tag, message: text };
  expect(response.status).toBe(400);
  expect(response.json).toEqual({
    code,
    message,
    details: [failedAttempts === 0 ? detail : { ...detail, failedAttempts }],
  });
}

async function resetCode(user = id): Promise<string> {
  const body = { returnCode: {} };
  const response = await tessera.send('POST', `/v2/users/${user}/password_reset`, { headers: ADMIN, body });
  expect(response.status, response.text).toBe(200);
  return response.json.verificationCode;
}

describe('the new password', () => {
  it.each([
    ['Sh0rt!', 'Password is too short (DOMAIN-HuJf6)'],
    ['SECR3TP4SS!', 'Password must contain lower case (DOMAIN-co3Xw)'],
    ['secr3tp4ss!', 'Password must contain upper case (DOMAIN-VoaRj)'],
    ['SecretPass!', 'Password must contain number (DOMAIN-ZBv4H)'],
    ['Secr3tP4ss', 'Password must contain symbol (DOMAIN-ZDLwA)'],
    ['short', 'Password is too short (DOMAIN-HuJf6)'],
  ])('%s breaks the policy', async (password, message) => {
    await leavesNoTrace(tessera, id, async () => expectRefusal(await setTo(password), 400, 3, message));
  });

  it('counts the length in bytes', async () => {
    expect((await setTo('Aa1a😀')).status).toBe(200);
  });

  it('may be longer than a bcrypt hash could take', async () => {
    const long = `Aa1!${'x'.repeat(196)}`;
    expect((await setTo(long)).status).toBe(200);
    expect((await setTo(NEW, { currentPassword: long })).status).toBe(200);
  });

  it('changeRequired is false unless given, on either kind', async () => {
    await update(tessera, id, { password: { password: { password: NEW, changeRequired: true } } });
    expect((await tessera.user(id)).password.changeRequired).toBe(true);
    await update(tessera, id, { password: { hashedPassword: { hash: BCRYPT } } });
    expect((await tessera.user(id)).password.changeRequired).toBe(false);
    await update(tessera, id, { password: { hashedPassword: { hash: BCRYPT, changeRequired: true } } });
    expect((await tessera.user(id)).password).toMatchObject({ changeRequired: true, hash: BCRYPT });
  });

  it('the write answers its event, readers see the old version', async () => {
    const response = await setTo(NEW);
    expect(response.json.details.sequence).toBe('2');
    expect(response.headers.get('etag')).toBe('"1"');
    const read = await tessera.send('GET', `/v2/users/${id}`, { headers: ADMIN });
    expect(read.json.details.sequence).toBe('1');
    expect(Date.parse(read.json.user.human.passwordChanged)).toBe((await tessera.events(id)).at(-1)?.at);
  });
});

describe('a ready-made hash', () => {
  it.each([
    ['not known', '$unknown$x', 'Errors.Hash.NotSupported (CRYPT-2xK7d)'],
    ['not enabled', '$6$rounds=5000$saltsalt$x', 'Errors.Hash.NotSupported (CRYPT-2xK7d)'],
    ['malformed', '$2a$12$short', 'Password is invalid (CRYPT-r8Qm2)'],
    ['too cheap', BCRYPT.replace('$12$', '$04$'), 'Password is invalid (CRYPT-5uV9n)'],
    ['too dear', BCRYPT.replace('$12$', '$16$'), 'Password is invalid (CRYPT-5uV9n)'],
  ])('%s', async (_what, hash, message) => {
    const body = { password: { hashedPassword: { hash } } };
    await leavesNoTrace(tessera, id, async () => expectRefusal(await update(tessera, id, body), 400, 3, message));
  });

  it("only of the organization's schemes", async () => {
    const user = await addUser(strict);
    const hash = `$argon2id$v=19$m=19456,t=2,p=1$${'c2FsdHNhbHRzYWx0'}$${'A'.repeat(43)}`;
    const body = { password: { hashedPassword: { hash } } };
    expect((await update(tessera, id, body)).status).toBe(200);
    expectRefusal(await update(strict, user, body), 400, 3, 'Errors.Hash.NotSupported (CRYPT-2xK7d)');
  });

  it('skips the complexity policy and verifies later', async () => {
    const { hash } = await import('@node-rs/bcrypt');
    const weak = await hash('weak', { cost: 10 });
    expect((await update(tessera, id, { password: { hashedPassword: { hash: weak } } })).status).toBe(200);
    expect((await setTo(NEW, { currentPassword: 'weak' })).status).toBe(200);
  });
});

describe('currentPassword', () => {
  it('right: changes, and clears the counter', async () => {
    await setTo(NEW, { currentPassword: 'wrong' });
    expect((await setTo(NEW, { currentPassword: OLD })).status).toBe(200);
    expect((await tessera.user(id)).password.failedAttempts).toBe(0);
  });

  it('wrong: refused and counted, nothing else changes', async () => {
    for (const attempt of [1, 2]) {
      const body = { username: 'never', password: { password: { password: NEW }, currentPassword: 'wrong' } };
      expectFailedCheck(await update(tessera, id, body), 3, 'Password is invalid (COMMAND-3M0fs)', attempt);
    }
    const failed = 'user.password_check_failed';
    expect(await eventTypes(tessera, id)).toEqual(['user.created', failed, failed]);
    expect((await tessera.user(id)).username).not.toBe('never');
  });

  it('wrong comes before a weak new password', async () => {
    const response = await setTo('weak', { currentPassword: 'wrong' });
    expectFailedCheck(response, 3, 'Password is invalid (COMMAND-3M0fs)', 1);
  });

  it('none stored', async () => {
    const user = await addUser(tessera);
    await leavesNoTrace(tessera, user, async () =>
      expectRefusal(
        await setTo(NEW, { currentPassword: 'x' }, tessera, user),
        400,
        9,
        'User has not set a password (COMMAND-3nJ4t)',
      ),
    );
  });

  it('new equals current', async () => {
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(
        await setTo(OLD, { currentPassword: OLD }),
        400,
        9,
        'New password cannot be the same as your current password (COMMAND-Aesh5)',
      ),
    );
  });

  it.each(['locked', 'suspended'] as const)('user %s: not even looked at', async (state) => {
    await setState(tessera, id, state);
    await leavesNoTrace(tessera, id, async () => {
      const response = await setTo(NEW, { currentPassword: OLD });
      expectFailedCheck(response, 9, 'User is locked (COMMAND-JLK35)', 0);
    });
    expect((await setTo(NEW)).status).toBe(200);
  });

  it('is checked again when the password changes meanwhile: of two, one is right', async () => {
    const answers = await Promise.all([NEW, 'Other1P4ss!'].map((next) => setTo(next, { currentPassword: OLD })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    const types = await eventTypes(tessera, id);
    expect(types).toEqual(['user.created', 'user.password_changed', 'user.password_check_failed']);
  });
});

describe('lockout', () => {
  it(`locks at the failed attempt number ${LOCK_AFTER}`, async () => {
    const user = await addUser(strict, { password: { password: OLD } });
    for (const attempt of [1, 2, 3]) {
      const response = await setTo(NEW, { currentPassword: 'wrong' }, strict, user);
      expectFailedCheck(response, 3, 'Password is invalid (COMMAND-3M0fs)', attempt);
    }
    expect((await eventTypes(strict, user)).slice(-2)).toEqual(['user.password_check_failed', 'user.state_changed']);
    const refused = await setTo(NEW, { currentPassword: OLD }, strict, user);
    expectFailedCheck(refused, 9, 'User is locked (COMMAND-JLK35)', 3);
    const read = await strict.send('GET', `/v2/users/${user}`, { headers: ADMIN });
    expect(read.json.user.state).toBe('USER_STATE_LOCKED');
  });

  it('counts exactly as many concurrent wrong passwords as it takes', async () => {
    const user = await addUser(strict, { password: { password: OLD } });
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => setTo(NEW, { currentPassword: 'wrong' }, strict, user)),
    );
    const messages = answers.map(({ json }) => json.message).sort();
    expect(messages).toEqual([
      ...Array.from({ length: LOCK_AFTER }, () => 'Password is invalid (COMMAND-3M0fs)'),
      ...Array.from({ length: 12 - LOCK_AFTER }, () => 'User is locked (COMMAND-JLK35)'),
    ]);
    expect((await strict.user(user)).password.failedAttempts).toBe(LOCK_AFTER);
    const failed = (await eventTypes(strict, user)).filter((type) => type === 'user.password_check_failed');
    expect(failed.length).toBe(LOCK_AFTER);
  });

  it('off by default: every concurrent wrong password is counted, none locks', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => setTo(NEW, { currentPassword: 'wrong' })));
    const attempts = answers.map(({ json }) => json.details[0].failedAttempts).sort((a, b) => a - b);
    expect(attempts).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
    expect((await tessera.user(id)).state).toBe('active');
  });
});

describe('verificationCode', () => {
  it('right: changes without a further right, once', async () => {
    const code = await resetCode();
    expect((await setTo(NEW, { verificationCode: code })).status).toBe(200);
    expect((await tessera.user(id)).password.code).toBeNull();
    const again = await setTo(NEW, { verificationCode: code });
    expectRefusal(again, 400, 9, 'Code not found (COMMAND-2M9fs)');
  });

  it('no code outstanding', async () => {
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(await setTo(NEW, { verificationCode: 'ABCDEF' }), 400, 9, 'Code not found (COMMAND-2M9fs)'),
    );
  });

  it('expired', async () => {
    const code = await resetCode();
    now += 60 * 60 * 1000;
    const response = await setTo(NEW, { verificationCode: code });
    expectRefusal(response, 400, 9, 'Code is expired (CODE-QvUQ4P)');
  });

  it('wrong: dead after five tries', async () => {
    const code = await resetCode();
    const wrong = code === 'AAAAAA' ? 'BBBBBB' : 'AAAAAA';
    for (let tries = 1; tries <= 5; tries += 1) {
      expectRefusal(await setTo(NEW, { verificationCode: wrong }), 400, 3, 'Code is invalid (CODE-woT0xc)');
    }
    const late = await setTo(NEW, { verificationCode: code });
    expectRefusal(late, 400, 9, 'Code not found (COMMAND-2M9fs)');
    expect((await tessera.user(id)).password.failedAttempts).toBe(0);
  });

  it('does not excuse a weak password, and survives it', async () => {
    const code = await resetCode();
    const weak = await setTo('weak', { verificationCode: code });
    expectRefusal(weak, 400, 3, 'Password is too short (DOMAIN-HuJf6)');
    expect((await setTo(NEW, { verificationCode: code })).status).toBe(200);
  });

  it("another user's code does not fit", async () => {
    const other = await addUser(tessera);
    await resetCode();
    const code = await resetCode(other);
    const response = await setTo(NEW, { verificationCode: code });
    expectRefusal(response, 400, 3, 'Code is invalid (CODE-woT0xc)');
  });
});

it('a user in state initial keeps its proof for later', async () => {
  await plant(tessera, { id: 'not-yet', state: 'initial' });
  for (const proof of [{}, { currentPassword: 'x' }, { verificationCode: 'ABCDEF' }]) {
    const response = await setTo(NEW, proof, tessera, 'not-yet');
    expectRefusal(response, 400, 9, 'User is not yet initialized (COMMAND-M9dse)');
  }
});
