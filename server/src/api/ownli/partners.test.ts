import { describe, expect, it } from 'vitest';
import type { Organization } from '../../core/organization.ts';
import { Partners } from './partners.ts';

const secrets = { secretDigest: (purpose: string, secret: string) => `${purpose}/${secret}` };

function organization(id: string, section?: object): Organization {
  return {
    id,
    name: id,
    unique: { email: true, phone: true },
    complexity: { minLength: 8, lower: true, upper: true, digit: true, symbol: true },
    maxPasswordAttempts: 0,
    passwordHashes: [],
    domains: [],
    roles: [],
    sections: section === undefined ? {} : { ownli: section },
  };
}

const partners = new Partners(
  [
    organization('1', { partnerId: 'p1', clientId: 'c1', clientSecretDigest: 'ownli client secret/s1' }),
    organization('2', { partnerId: 'p2', clientId: 'c2', clientSecretDigest: 'ownli client secret/s2' }),
    organization('3'),
  ],
  secrets,
);

describe('Partners', () => {
  it('knows a partner by all three of its credentials', () => {
    const partner = partners.withCredentials({ partnerId: 'p1', clientId: 'c1', clientSecret: 's1' });
    expect(partner?.caller).toMatchObject({ kind: 'client', clientId: 'ownli:1:c1', organizationId: '1' });
  });

  it.each([
    { partnerId: 'p1', clientId: 'c1', clientSecret: 's2' },
    { partnerId: 'p2', clientId: 'c1', clientSecret: 's1' },
    { partnerId: 'p1', clientId: 'c2', clientSecret: 's1' },
    { partnerId: 'p1', clientId: 'c1', clientSecret: '' },
    { partnerId: 'p1', clientId: 'nobody', clientSecret: '' },
  ])('knows nobody by %j', (credentials) => {
    expect(partners.withCredentials(credentials)).toBeNull();
  });

  it('digests the secret also when there is no such client', () => {
    const digested: string[] = [];
    const counting = new Partners([], {
      secretDigest: (_purpose, secret) => {
        digested.push(secret);
        return secret;
      },
    });
    counting.withCredentials({ partnerId: 'p', clientId: 'nobody', clientSecret: 'given' });
    expect(digested).toContain('given');
  });

  it('gives one and the same caller each time, limited to its organization', () => {
    const caller = partners.named('ownli:2:c2')?.caller;
    expect(caller).toBe(partners.named('ownli:2:c2')?.caller);
    expect(caller?.grants.map(({ organizationId, capabilities }) => [organizationId, [...capabilities]])).toEqual([
      ['2', ['read', 'create', 'profile', 'contact', 'assert_verified', 'policy']],
    ]);
  });

  it('knows whether policies need dates', () => {
    const section = { partnerId: 'p', clientId: 'c', clientSecretDigest: 's' };
    const [strict, lax] = [section, { ...section, clientId: 'd', optionalPolicyDates: true }];
    const both = new Partners([organization('1', strict), organization('2', lax)], secrets);
    expect(both.named('ownli:1:c')?.optionalPolicyDates).toBe(false);
    expect(both.named('ownli:2:d')?.optionalPolicyDates).toBe(true);
  });

  it('does not know names of other forms', () => {
    expect(partners.named('c1')).toBeUndefined();
    expect(partners.named('ownli:2:c1')).toBeUndefined();
  });

  it('ends a caller with its client, and with any of its credentials', () => {
    const section = { partnerId: 'p1', clientId: 'c1', clientSecretDigest: 'ownli client secret/s1' };
    const caller = partners.named('ownli:1:c1')?.caller;
    expect(caller?.isCurrent(organization('1', { ...section }))).toBe(true);
    expect(caller?.isCurrent(organization('1', { ...section, partnerId: 'p2' }))).toBe(false);
    expect(caller?.isCurrent(organization('1', { ...section, clientId: 'c2' }))).toBe(false);
    expect(caller?.isCurrent(organization('1', { ...section, clientSecretDigest: 'other' }))).toBe(false);
    expect(caller?.isCurrent(organization('1'))).toBe(false);
    expect(caller?.isCurrent(undefined)).toBe(false);
  });

  it('tells by another credential that a client has another secret', () => {
    const credentialWith = (clientSecretDigest: string) =>
      new Partners([organization('1', { partnerId: 'p', clientId: 'c', clientSecretDigest })], secrets).named(
        'ownli:1:c',
      )?.credential;
    expect(credentialWith('a')).toBe(credentialWith('a'));
    expect(credentialWith('a')).not.toBe(credentialWith('b'));
  });
});
