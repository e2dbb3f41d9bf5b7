import { describe, expect, it } from 'vitest';
import { organization } from '../../../test/support/given.ts';
import type { Caller } from '../../app/callers.ts';
import { callerOf, Partners } from './partners.ts';
import type { PartnerSection } from './section.ts';

const secrets = { secretDigest: (purpose: string, secret: string) => `${purpose}/${secret}` };
const SECTION: PartnerSection = {
  partnerName: 'acme',
  clientId: 'c',
  clientSecretDigest: 'avibra client secret/s',
  scope: 'users',
  apiKeyDigest: 'avibra api key/k',
  linkToken: null,
  webhook: null,
};

const withSection = (section: PartnerSection | undefined) =>
  organization('1', { sections: section === undefined ? {} : { avibra: section } });
const signedIn = () => new Partners([withSection(SECTION)], secrets).signedIn('c', 's');

function isCurrent(caller: Caller | undefined, section: PartnerSection | undefined): boolean {
  if (caller?.kind !== 'client') throw new Error('this is no client');
  return caller.isCurrent(withSection(section));
}

describe('Partners', () => {
  it('knows a partner by its client id and secret, and its API key', () => {
    const partners = new Partners([withSection(SECTION), organization('2')], secrets);
    const partner = partners.signedIn('c', 's');
    expect(partner?.organizationId).toBe('1');
    expect(partners.ofSubject(partner?.subject ?? '')).toBe(partner);
    expect([partners.signedIn('c', 'other'), partners.signedIn('nobody', '')]).toEqual([null, null]);
    expect(partner && [partners.holdsKey(partner, 'k'), partners.holdsKey(partner, 'other')]).toEqual([true, false]);
  });

  it('knows a partner by its link-token credentials, where it has any', () => {
    const linkToken = { username: 'u', passwordDigest: 'avibra link password/p' };
    const partners = new Partners([withSection({ ...SECTION, linkToken }), organization('2')], secrets);
    expect(partners.linking('u', 'p')?.organizationId).toBe('1');
    expect([partners.linking('u', 'other'), partners.linking('c', 's'), partners.linking('', '')]).toEqual([
      null,
      null,
      null,
    ]);
    expect(new Partners([withSection(SECTION)], secrets).linking('u', 'p')).toBeNull();
  });

  it('tells by another credential that a client has another secret', () => {
    const other = { ...SECTION, clientSecretDigest: 'avibra client secret/t' };
    const after = new Partners([withSection(other)], secrets).signedIn('c', 't');
    expect(after?.subject).toBe(signedIn()?.subject);
    expect(after?.credential).not.toBe(signedIn()?.credential);
  });
});

describe('the caller of a partner', () => {
  const changes: Partial<PartnerSection>[] = [
    { clientId: 'd' },
    { clientSecretDigest: 'other' },
    { apiKeyDigest: 'other' },
    { scope: 'other' },
    { partnerName: 'other' },
  ];

  it('is the same while the settings say the same of it', () => {
    const webhook = { url: 'https://x.test', events: [], username: null, sealedPassword: null };
    expect(isCurrent(signedIn()?.caller, SECTION)).toBe(true);
    expect(isCurrent(signedIn()?.caller, { ...SECTION, webhook })).toBe(true);
  });

  it.each(changes)('ends with %j', (change) => {
    expect(isCurrent(signedIn()?.caller, { ...SECTION, ...change })).toBe(false);
  });

  it('ends with its section and with its organization', () => {
    const caller = signedIn()?.caller;
    expect(isCurrent(caller, undefined)).toBe(false);
    expect(caller?.kind === 'client' && caller.isCurrent(undefined)).toBe(false);
  });

  it('of work that was accepted before ends with the client alone', () => {
    const caller = callerOf('c', '1');
    expect(isCurrent(caller, { ...SECTION, clientSecretDigest: 'other', apiKeyDigest: 'other' })).toBe(true);
    expect(isCurrent(caller, { ...SECTION, clientId: 'd' })).toBe(false);
    expect(isCurrent(caller, undefined)).toBe(false);
  });
});
