import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import {
  ADMIN,
  addUser,
  bearer,
  END,
  END_USER,
  expectRefusal,
  leavesNoTrace,
  MANAGE,
  OWNER,
  update,
  VIEWER,
  zitadelSetup,
} from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const NO_MEMBERSHIP = 'membership not found (AUTHZ-cdgFk)';
const NO_PERMISSION = 'No matching permissions found (AUTH-AWfge)';
const NAMES = { givenName: 'G', familyName: 'F' };

let id = '';
beforeEach(async () => {
  id = await addUser(tessera);
});

const PARTS: [string, object][] = [
  ['no part', {}],
  ['username', { username: 'taken.over' }],
  ['profile', { profile: NAMES }],
  ['email', { email: { email: 'over@mouse.test' } }],
  ['phone', { phone: { phone: '+41790000000' } }],
  ['phone ""', { phone: { phone: '' } }],
  ['password', { password: { password: { password: 'Secr3tP4ssw0rd!' } } }],
  ['password with the current one', { password: { password: { password: 'Secr3tP4ssw0rd!' }, currentPassword: 'x' } }],
  ['password with a code', { password: { password: { password: 'Secr3tP4ssw0rd!' }, verificationCode: 'ABCDEF' } }],
];

describe('a caller without any membership that touches the owner', () => {
  it.each(PARTS)('%s: 404 AUTHZ-cdgFk', async (_part, body) => {
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(await update(tessera, id, body, END), 404, 5, NO_MEMBERSHIP),
    );
  });

  it('also when it is an administrator of another organization', async () => {
    const response = await update(tessera, id, { profile: NAMES }, bearer(GLOBEX.adminPat));
    expectRefusal(response, 404, 5, NO_MEMBERSHIP);
  });
});

describe('a caller with a membership there, but none with the permission', () => {
  it.each(PARTS)('%s: 403 AUTH-AWfge', async (_part, body) => {
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(await update(tessera, id, body, VIEWER), 403, 7, NO_PERMISSION),
    );
  });
});

it('the check runs even if nothing would change', async () => {
  const { username } = await tessera.user(id);
  expectRefusal(await update(tessera, id, { username }, VIEWER), 403, 7, NO_PERMISSION);
});

it('a bad body for a foreign user is 400', async () => {
  expect((await update(tessera, id, { username: '' }, END)).status).toBe(400);
  expect((await update(tessera, id, { phone: { phone: 'x' } }, END)).status).toBe(400);
});

describe('oneself', () => {
  it.each<[string, object]>([
    ['nothing', {}],
    ['username', { username: 'end.user.self' }],
    ['profile', { profile: NAMES }],
    ['email with a code to send', { email: { email: 'self@mouse.test', sendCode: {} } }],
    ['email isVerified:false', { email: { email: 'self2@mouse.test', isVerified: false } }],
    ['phone with a code to send', { phone: { phone: '+41790000001' } }],
    [
      'password with the current one',
      { password: { password: { password: 'Secr3tP4ssw0rd!' }, currentPassword: END_USER.password } },
    ],
  ])('may change: %s', async (_what, body) => {
    const response = await update(tessera, END_USER.id, body, END);
    expect(response.status, response.text).toBe(200);
  });

  it.each<[string, object]>([
    ['email.isVerified:true (CVE-2026-27946)', { email: { email: 'cve@mouse.test', isVerified: true } }],
    ['phone.isVerified:true (CVE-2026-27946)', { phone: { phone: '+41790000002', isVerified: true } }],
    ['email.returnCode (CVE-2026-54693)', { email: { email: 'cve@mouse.test', returnCode: {} } }],
    ['phone.returnCode (CVE-2026-54693)', { phone: { phone: '+41790000002', returnCode: {} } }],
    ['the stored phone as verified', { phone: { phone: '', isVerified: true } }],
    ['a password without proof', { password: { password: { password: 'Secr3tP4ssw0rd!' } } }],
    ['a hash without proof', { password: { hashedPassword: { hash: `$2a$10$${'a'.repeat(53)}` } } }],
  ])('may not: %s', async (_what, body) => {
    await leavesNoTrace(tessera, END_USER.id, async () =>
      expectRefusal(await update(tessera, END_USER.id, body, END), 404, 5, NO_MEMBERSHIP),
    );
  });

  it('may not assert the unchanged address as verified either', async () => {
    const { email } = await tessera.user(END_USER.id);
    const body = { email: { email: email.value, isVerified: true } };
    expectRefusal(await update(tessera, END_USER.id, body, END), 404, 5, NO_MEMBERSHIP);
  });

  it('may not with a membership that lacks the permission: 403', async () => {
    const body = { email: { email: 'viewer@mouse.test', isVerified: true } };
    expectRefusal(await update(tessera, ACME.viewer.id, body, VIEWER), 403, 7, NO_PERMISSION);
  });
});

describe('a user who holds more than the caller', () => {
  it.each<[string, object]>([
    ['password', { password: { password: { password: 'Secr3tP4ssw0rd!' } } }],
    ['hash', { password: { hashedPassword: { hash: `$2a$10$${'a'.repeat(53)}` } } }],
    ['email', { email: { email: 'owner@mouse.test' } }],
    ['stored email as verified', { email: { email: 'admin@acme.test', isVerified: true } }],
    ['phone', { phone: { phone: '+41790000003' } }],
  ])('its %s is not for the caller to change', async (_what, body) => {
    await leavesNoTrace(tessera, OWNER.id, async () =>
      expectRefusal(await update(tessera, OWNER.id, body, MANAGE), 403, 7, NO_PERMISSION),
    );
  });

  it('its profile is', async () => {
    expect((await update(tessera, OWNER.id, { profile: NAMES }, MANAGE)).status).toBe(200);
  });
});

describe('x-zitadel-orgid', () => {
  it('an unknown organization fails every call', async () => {
    const headers = { ...ADMIN, 'x-zitadel-orgid': '999' };
    const message = "Organisation doesn't exist (AUTH-Bs7Ds)";
    expectRefusal(await update(tessera, id, '{', headers), 403, 7, message);
    expectRefusal(await tessera.send('GET', `/v2/users/${id}`, { headers }), 403, 7, message);
  });

  it('an existing but different organization has no effect on an update', async () => {
    const headers = { ...ADMIN, 'x-zitadel-orgid': GLOBEX.id };
    expect((await update(tessera, id, { profile: NAMES }, headers)).status).toBe(200);
  });
});

it.each([
  ['hashed', {}],
  ['checked', { currentPassword: 'wrong' }],
])('a caller without the right causes no password to be %s', async (_what, proof) => {
  const user = await addUser(tessera, { password: { password: 'Secr3tP4ssw0rd!' } });
  const body = { password: { password: { password: 'N3wP4ssword!' }, ...proof } };
  const calls = Array.from({ length: 100 }, () => update(tessera, user, body, END));
  const statuses = (await Promise.all(calls)).map(({ status }) => status);
  // The lane that hashes takes 64 waiting jobs; had these calls reached it, some would be told to come back.
  expect(statuses).toEqual(statuses.map(() => 404));
});
