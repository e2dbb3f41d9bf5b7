import { describe, expect, it } from 'vitest';
import { createUser, directory, event, given, ORG, organization } from '../../../test/support/given.ts';
import { REASONS } from '../errors.ts';
import { CLAIM_TAKEN, claimKeys, claimsOf, kindOfClaim, touchesClaims } from './claims.ts';
import { FIELD_CAPABILITY } from './fields.ts';
import type { User, WebAuthnCredential } from './user.ts';

const registered = (id: string, credentialId: string | null): WebAuthnCredential => ({
  id,
  name: 'Key',
  rpId: 'a.test',
  challenge: null,
  byCode: false,
  credential: credentialId === null ? null : { id: credentialId, publicKey: 'k', signCount: 0, aaguid: 'a' },
  createdAt: 0,
});

const full = given(
  createUser({
    username: 'Ada',
    email: { value: 'Ada@A.test' },
    phone: { value: '+4179' },
    extra: { externalIds: { acme: '7', 'a"b': ':' } },
    membership: { referralCode: 'REF' },
    tokens: [{ digest: 'd', createdAt: 0, expiresAt: null, source: 'api' }],
  }),
  event('user.passkey_verified', { 'factors.passkeys': [[], [registered('1', 'cred-1'), registered('2', null)]] }),
  event('user.u2f_verified', { 'factors.u2f': [[], [registered('3', 'cred-3')]] }),
  { type: 'update-user', enrolment: { partner: 'acme', knownAs: '7', step: 'request', key: 'key digest' } },
).user as User;

const insured = given(
  createUser({
    email: { value: 'Ada@A.test' },
    phone: { value: '+4179' },
    policy: { number: 'PN-"1"', startsAt: 1, endsAt: 2 },
  }),
).user as User;

describe('claims of a record', () => {
  it('are its unique values in canonical form', () => {
    expect(claimsOf(full, directory())).toEqual([
      'username:*:ada',
      'email:org-a:ada@a.test',
      'phone:org-a:+4179',
      'external:org-a:["acme","7"]',
      'external:org-a:["a\\"b",":"]',
      'token:d',
      'webauthn:cred-1',
      'webauthn:cred-3',
      'referral:org-a:REF',
      'enrolment:key digest',
    ]);
  });

  it('leave out contacts that need not be unique', () => {
    const lax = directory([organization(ORG, { unique: { email: false, phone: false } })], 'organization');
    const kinds = claimsOf(full, lax).map(kindOfClaim);
    expect(kinds).toEqual([
      'username',
      'external',
      'external',
      'token',
      'webauthn',
      'webauthn',
      'referral',
      'enrolment',
    ]);
    expect(claimsOf(full, lax)[0]).toBe('username:org-a:ada');
  });

  it('are phone and policy number in the place of the contacts, for a user who was created for a policy', () => {
    const key = 'policy:org-a:["+4179","pn-\\"1\\""]';
    expect(claimsOf(insured, directory())).toEqual([key]);
    const lax = directory([organization(ORG, { unique: { email: false, phone: false } })]);
    expect(claimsOf(insured, lax)).toEqual([key]);
    expect(claimsOf({ ...insured, phone: { ...insured.phone, value: null } }, directory())).toEqual([]);
  });

  it('are the policy and the contacts, for a user who got a policy later', () => {
    const later = { ...insured, policy: { ...insured.policy, isIdentity: false } };
    expect(claimsOf(later, directory())).toEqual([
      'email:org-a:ada@a.test',
      'phone:org-a:+4179',
      'policy:org-a:["+4179","pn-\\"1\\""]',
    ]);
  });

  it('are none for a deleted record', () => {
    const deleted = given(createUser({ username: 'ada' }), { type: 'delete-user' }).user as User;
    expect(claimsOf(deleted, directory())).toEqual([]);
  });

  it('do not run into each other, whatever an organization is called', () => {
    const scoped = directory([], 'organization');
    expect(claimKeys.username(scoped, 'a:b', 'c')).not.toBe(claimKeys.username(scoped, 'a', 'b:c'));
    expect(claimKeys.username(scoped, 'a:b', 'c')).not.toBe(claimKeys.username(scoped, 'a%3Ab', 'c'));
    expect(claimKeys.email('a', 'x@y.test')).not.toBe(claimKeys.phone('a', 'x@y.test'));
  });

  it('are all of a kind that has a refusal', () => {
    for (const key of [full, insured].flatMap((user) => claimsOf(user, directory())))
      expect(CLAIM_TAKEN[kindOfClaim(key)] in REASONS).toBe(true);
  });
});

it.each([full, insured])('every field that a claim follows from is known to touch claims', (user) => {
  const expected = new Set(claimsOf(user, directory()));
  for (const path of Object.keys(FIELD_CAPABILITY)) {
    const changed = structuredClone(user) as unknown as Record<string, Record<string, unknown>>;
    const [part = '', field] = path.split('.');
    const members = field === undefined ? (changed as Record<string, unknown>) : (changed[part] ?? {});
    members[field ?? part] = path === 'state' ? 'deleted' : Array.isArray(members[field ?? part]) ? [] : null;
    if (path === 'extra.externalIds') members.externalIds = {};
    const after = claimsOf(changed as unknown as User, directory());
    const moved = after.length !== expected.size || after.some((key) => !expected.has(key));
    if (moved) expect(touchesClaims({ [path]: {} }), path).toBe(true);
  }
});
