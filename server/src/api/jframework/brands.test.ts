import { describe, expect, it } from 'vitest';
import type { Organization } from '../../core/organization.ts';
import { DEFAULT_COMPLEXITY } from '../../core/values/password-policy.ts';
import { createBrands } from './brands.ts';
import type { StoredSection } from './section.ts';

function organization(id: string, hosts: readonly string[]): Organization {
  const section: StoredSection = {
    hosts,
    passwordPolicyLevel: 'Low',
    updateRequires: 'usernameAndEmail',
    packages: [],
  };
  return {
    id,
    name: id,
    unique: { email: true, phone: true },
    complexity: DEFAULT_COMPLEXITY,
    maxPasswordAttempts: 0,
    passwordHashes: [],
    domains: [],
    roles: [],
    sections: hosts.length === 0 ? {} : { jframework: section },
  };
}

const brands = createBrands([
  organization('1', ['one.test']),
  organization('2', ['two.test', 'xn--zwei-5qa.test']),
  organization('3', []),
]);

describe('the brand of a call', () => {
  it.each([
    [{ 'brand-url': 'one.test' }, '1'],
    [{ 'brand-url': 'https://TWO.test:8080/app' }, '2'],
    [{ brandurl: 'two.test' }, '2'],
    [{ 'brand-url': 'one.test', origin: 'https://two.test', host: 'two.test' }, '1'],
    [{ origin: 'https://two.test', host: 'one.test' }, '2'],
    [{ origin: 'null', host: 'one.test:8080' }, '1'],
    [{ 'brand-url': '', host: 'one.test' }, '1'],
  ])('%j is %s', (headers, id) => {
    expect(brands.of(headers).organization.id).toBe(id);
  });

  it.each([{ 'brand-url': 'three.test' }, { 'brand-url': 'a b' }, { 'brand-url': 'three.test', host: 'one.test' }])(
    '%j names none',
    (headers) => {
      expect(() => brands.of(headers)).toThrow(expect.objectContaining({ status: 404 }));
    },
  );

  it.each([{}, { host: '127.0.0.1:8080' }, { origin: 'https://three.test', host: '' }])(
    '%j asks for one',
    (headers) => {
      expect(() => brands.of(headers)).toThrow(expect.objectContaining({ status: 400 }));
    },
  );
});
