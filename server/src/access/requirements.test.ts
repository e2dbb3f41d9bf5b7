import { describe, expect, it } from 'vitest';
import { createUser, newCode, session } from '../../test/support/given.ts';
import type { UpdateUser } from '../core/user/commands.ts';
import { FIELD_CAPABILITY, type FieldPath } from '../core/user/fields.ts';
import { requirementsOf } from './requirements.ts';

const returned = { ...newCode('c'), delivery: null };
const password = {
  secret: { hash: '$h' },
  changeRequired: false,
  proof: null,
  unchanged: false,
  lockAfter: 0,
} as const;

const PATHS = Object.keys(FIELD_CAPABILITY) as FieldPath[];
const BY_COMMANDS_OF_THEIR_OWN: ReadonlySet<FieldPath> = new Set<FieldPath>([
  'credentials.keys',
  'credentials.secret',
  ...PATHS.filter((path) => /^(factors|apps)\./.test(path)),
]);

/** An update that names the field, or `null` when no update can. */
function naming(path: FieldPath): UpdateUser | null {
  const [part = '', field = ''] = path.split('.');
  switch (path) {
    case 'username':
      return { type: 'update-user', username: null };
    case 'state':
      return { type: 'update-user', state: 'active' };
    case 'email.value':
    case 'phone.value':
      return { type: 'update-user', [part]: { value: null } };
    case 'email.verified':
    case 'phone.verified':
      return { type: 'update-user', [part]: { verified: false } };
    case 'password.hash':
    case 'password.changeRequired':
      return { type: 'update-user', password };
    case 'credentials.tokens':
      return { type: 'update-user', setupTokens: [] };
    case 'membership.benefits':
      return { type: 'update-user', enrolment: { step: 'cancel', partner: 'acme', knownAs: '1' } };
    case 'credentials.accessTokenType':
      return { type: 'update-user', accessTokenType: 'jwt' };
  }
  if (FIELD_CAPABILITY[path] === 'own' || BY_COMMANDS_OF_THEIR_OWN.has(path)) return null;
  return { type: 'update-user', [part]: { [field]: null } };
}

const NAMED = PATHS.filter((path) => FIELD_CAPABILITY[path] !== 'own' && !BY_COMMANDS_OF_THEIR_OWN.has(path));

describe('an update', () => {
  it.each(NAMED)('that names %s needs its capability', (path) => {
    const command = naming(path);
    if (command === null) throw new Error('every field of its own capability can be named');
    // Beside another field, because an update of nothing has a requirement of its own.
    const beside: Partial<UpdateUser> = FIELD_CAPABILITY[path] === 'keys' ? { state: 'active' } : { setupTokens: [] };
    expect(requirementsOf({ ...beside, ...command })).toContain(FIELD_CAPABILITY[path]);
    expect(requirementsOf({ type: 'update-user', ...beside })).not.toContain(FIELD_CAPABILITY[path]);
  });

  it('needs the capability of one field for no other', () => {
    const needed = requirementsOf({ type: 'update-user', profile: { givenName: 'A' } });
    expect([...needed]).toEqual(['profile']);
    expect(needed).not.toContain(FIELD_CAPABILITY['extra.fraud']);
  });

  it('needs all capabilities of all fields, whether or not they would change', () => {
    const needed = requirementsOf({
      type: 'update-user',
      profile: { givenName: null },
      extra: { metadata: {}, adminNote: null },
      membership: { roles: [] },
      phone: { verified: true },
    });
    expect([...needed].sort()).toEqual(['assert_verified', 'contact', 'metadata', 'profile', 'role', 'state']);
  });

  it('of nothing is still not everybody’s to ask for', () => {
    expect([...requirementsOf({ type: 'update-user' })]).toEqual(['profile']);
    expect([...requirementsOf({ type: 'update-user', profile: {}, extra: {} })]).toEqual(['profile']);
    expect([...requirementsOf({ type: 'update-user', email: {} })]).toEqual(['contact']);
  });

  it('that gets a code back could assert the verification as well', () => {
    const sent = requirementsOf({ type: 'update-user', email: { value: 'x', code: newCode('c') } });
    expect([...sent]).toEqual(['contact']);
    const got = requirementsOf({ type: 'update-user', email: { value: 'x', code: returned } });
    expect([...got].sort()).toEqual(['assert_verified', 'contact']);
  });

  it('of a password needs less with a proof', () => {
    const proven = { ...password, proof: { kind: 'code', digest: 'd' } } as const;
    expect([...requirementsOf({ type: 'update-user', password: proven })]).toEqual(['profile']);
    expect([...requirementsOf({ type: 'update-user', password })]).toEqual(['credential']);
  });
});

describe('a creation', () => {
  it('needs nothing more for a plain record', () => {
    const plain = createUser({
      username: 'a',
      profile: { givenName: 'A' },
      email: { value: 'x', code: newCode('c') },
      password: { secret: { hash: '$h' }, changeRequired: false },
      sealedTotpSecret: 's',
      membership: { package: 'P', referralCode: 'R', packageExpiresAt: 1 },
      extra: { externalIds: {}, metadata: {} },
      referrer: '7',
    });
    expect([...requirementsOf(plain)]).toEqual(['create']);
  });

  it('needs the capability of what only some may choose', () => {
    expect(requirementsOf(createUser({ email: { value: 'x', verified: true } }))).toContain('assert_verified');
    expect(requirementsOf(createUser({ phone: { value: 'x', code: returned } }))).toContain('assert_verified');
    expect(requirementsOf(createUser({ membership: { roles: [] } }))).toContain('role');
    expect(requirementsOf(createUser({ membership: { type: 'Admin' } }))).toContain('user_type');
    expect(requirementsOf(createUser({ extra: { fraud: true } }))).toContain('state');
    expect(requirementsOf(createUser({ policy: { number: 'x' } }))).toContain('policy');
    expect(requirementsOf(createUser({ tokens: [] }))).toContain('keys');
  });
});

describe('a code, a password, an invitation', () => {
  const contact = 'email';
  it.each(['request-contact-code', 'create-invite', 'resend-invite'] as const)('%s, sent or returned', (type) => {
    const more = { contact, again: false, applicationName: null } as const;
    const sent = requirementsOf({ type, code: newCode('c'), ...more });
    expect([...sent]).toEqual(['contact']);
    expect([...requirementsOf({ type, code: returned, ...more })].sort()).toEqual(['assert_verified', 'contact']);
  });

  it.each(['request-contact-code', 'request-password-reset'] as const)('%s, asked for by nobody known', (type) => {
    const byHolder = { contact, again: false, channel: contact, byHolder: true } as const;
    expect(requirementsOf({ type, code: newCode('c'), ...byHolder }).size).toBe(0);
    const needed = type === 'request-contact-code' ? 'assert_verified' : 'credential';
    expect([...requirementsOf({ type, code: returned, ...byHolder })]).toEqual([needed]);
  });

  it('a password is set by right or by proof', () => {
    const proven = { ...password, proof: { kind: 'code', digest: 'd' } } as const;
    expect([...requirementsOf({ type: 'set-password', password })]).toEqual(['credential']);
    expect(requirementsOf({ type: 'set-password', password: proven }).size).toBe(0);
  });

  it('who holds the code of an invitation needs nothing else', () => {
    expect(requirementsOf({ type: 'verify-invite', digest: 'd' }).size).toBe(0);
    expect([...requirementsOf({ type: 'skip-mfa-init' })]).toEqual(['profile']);
    expect([...requirementsOf({ type: 'apply-referral', referrer: null })]).toEqual(['profile']);
  });

  it('metadata is not for oneself to write, be it many entries or none', () => {
    expect([...requirementsOf({ type: 'update-user', metadata: {} })]).toEqual(['metadata']);
  });
});

it('other commands need what they could be used for', () => {
  expect([...requirementsOf({ type: 'delete-user' })]).toEqual(['delete']);
  const reset = { type: 'request-password-reset', channel: 'email' } as const;
  expect([...requirementsOf({ ...reset, code: newCode('c') })]).toEqual(['contact']);
  expect([...requirementsOf({ ...reset, code: returned })]).toEqual(['credential']);
  const key = { id: '1', publicKey: 'PEM', expiresAt: 1 };
  expect([...requirementsOf({ type: 'add-key', ...key })]).toEqual(['keys']);
  expect([...requirementsOf({ type: 'remove-key', id: '1' })]).toEqual(['keys']);
  expect([...requirementsOf({ type: 'add-token', id: '1', digest: 'd', expiresAt: 1 })]).toEqual(['keys']);
  expect([...requirementsOf({ type: 'remove-token', id: '1' })]).toEqual(['keys']);
  expect([...requirementsOf({ type: 'set-secret', id: '1', digest: 'd' })]).toEqual(['keys']);
  expect([...requirementsOf({ type: 'remove-secret' })]).toEqual(['keys']);
  const check = { against: null, ok: false };
  expect([...requirementsOf({ type: 'add-totp', sealedSecret: 's' })]).toEqual(['enrolment']);
  expect([...requirementsOf({ type: 'verify-totp', check })]).toEqual(['enrolment']);
  expect([...requirementsOf({ type: 'add-otp', factor: 'otpSms' })]).toEqual(['enrolment']);
  expect([...requirementsOf({ type: 'add-otp', factor: 'otpEmail' })]).toEqual(['enrolment']);
  expect([...requirementsOf({ type: 'set-recovery-codes', digests: [] })]).toEqual(['enrolment']);
  expect([...requirementsOf({ type: 'remove-factor', factor: 'recoveryCodes' })]).toEqual(['enrolment']);
  for (const factor of ['totp', 'otpSms', 'otpEmail'] as const) {
    expect([...requirementsOf({ type: 'remove-factor', factor })]).toEqual(['factor']);
  }
  const next = session('1');
  expect(requirementsOf({ type: 'check-password', check, lockAfter: 0, session: next }).size).toBe(0);
  expect(requirementsOf({ type: 'verify-contact', contact: 'email', digest: 'd' }).size).toBe(0);
  const device = { id: 'd', code: 'D', type: 'Web', name: null, os: null, appVersion: null } as const;
  const byId = { device: { id: 'd' }, deviceId: 'd', known: null, report: {} };
  expect([...requirementsOf({ type: 'register-device', device })]).toEqual(['factor']);
  for (const type of ['link-device', 'change-device', 'remove-device'] as const) {
    expect([...requirementsOf({ type, ...byId })]).toEqual(['factor']);
  }
  const setting = { id: '1', groupCode: 'g', code: 'c', name: 'n', value: 'v', description: null, isActive: true };
  expect([...requirementsOf({ type: 'save-app-setting', setting })]).toEqual(['profile']);
  expect([...requirementsOf({ type: 'remove-app-setting', id: '1' })]).toEqual(['profile']);
  const code = { kind: 'email', id: 'c' } as const;
  expect(requirementsOf({ type: 'request-sign-in-code', ...code, code: newCode('c') }).size).toBe(0);
  expect(requirementsOf({ type: 'start-session', proof: { ...code, digest: 'd' }, session: next }).size).toBe(0);
  expect(requirementsOf({ type: 'renew-session', sessionId: '1', refreshDigest: 'd', next }).size).toBe(0);
});
