import { describe, expect, it } from 'vitest';
import type { Organization } from '../../core/organization.ts';
import { EMPTY_USER, USER_STATES, type User } from '../../core/user/user.ts';
import { DEFAULT_COMPLEXITY } from '../../core/values/password-policy.ts';
import { type Brand, createBrands } from './brands.ts';
import type { StoredSection } from './section.ts';
import { renderUser } from './user-view.ts';

const section: StoredSection = {
  hosts: ['a.test'],
  passwordPolicyLevel: 'Low',
  updateRequires: 'nothing',
  packages: [],
};
const organization: Organization = {
  id: '1',
  name: 'A',
  unique: { email: true, phone: true },
  complexity: DEFAULT_COMPLEXITY,
  maxPasswordAttempts: 0,
  passwordHashes: [],
  domains: [],
  roles: [
    {
      id: 'r',
      guid: 'g',
      code: 'EDITOR',
      name: 'Editor',
      description: null,
      tags: null,
      builtIn: false,
      permissions: ['USER.UPDATE'],
    },
  ],
  sections: { jframework: section },
};
const brand = createBrands([organization]).of({ host: 'a.test' });
const user: User = {
  ...EMPTY_USER,
  id: '42',
  organizationId: '1',
  kind: 'human',
  sequence: 1,
  version: 1,
  createdAt: 0,
  changedAt: 0,
};
const show = (change: Partial<User>, of: Brand = brand) => JSON.parse(renderUser({ ...user, ...change }, of, null));
const withLanguage = (preferredLanguage: string | null) => ({ profile: { ...user.profile, preferredLanguage } });

describe('renderUser', () => {
  it.each([
    [null, 'en-US'],
    ['de', 'de-DE'],
    ['de-CH', 'de-CH'],
    ['zh-Hant', 'zh-TW'],
    ['und', 'en-US'],
  ])('shows the language %s as %s', (stored, shown) => {
    expect(show(withLanguage(stored)).languageCode).toBe(shown);
  });

  it('shows every state as a status', () => {
    expect(USER_STATES.map((state) => show({ state }).status)).toEqual([
      'Active',
      'Inactive',
      'Locked',
      'Suspended',
      'Inactive',
      'Deleted',
    ]);
  });

  it('shows the roles of the brand only, as whole objects', () => {
    const membership = { ...user.membership, roles: ['ORG_OWNER', 'EDITOR', 'GONE'] };
    expect(show({ membership }).roles).toEqual([
      {
        id: 'r',
        parentBrandId: '1',
        guid: 'g',
        code: 'EDITOR',
        name: 'Editor',
        description: null,
        tags: null,
        type: 'Custom',
        permissions: ['USER.UPDATE'],
      },
    ]);
  });

  it('shows no package that the brand does not know', () => {
    const membership = { ...user.membership, package: 'GONE', packageExpiresAt: 86_400_000 };
    expect(show({ membership })).toMatchObject({
      package: null,
      packageId: null,
      expiryDate: '1970-01-02T00:00:00.000Z',
    });
  });

  it('gives each user a code of its own that never changes', () => {
    expect(show({}).code).toBe('73475CB40A568E8DA8A0');
    expect(show({ id: '43' }).code).not.toBe(show({}).code);
  });

  it('shows the id for a missing username only where an update must carry one', () => {
    const requiring: Brand = { ...brand, section: { ...brand.section, updateRequires: 'usernameAndEmail' } };
    expect(show({}).username).toBeNull();
    expect(show({}, requiring).username).toBe('42');
    expect(show({ username: 'name' }, requiring).username).toBe('name');
  });
});
