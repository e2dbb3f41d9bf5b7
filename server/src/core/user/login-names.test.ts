import { describe, expect, it } from 'vitest';
import { createUser, given, ORG, organization } from '../../../test/support/given.ts';
import { loginNamesOf } from './login-names.ts';
import type { User } from './user.ts';

const named = (username?: string) => given(createUser(username === undefined ? {} : { username })).user as User;
const DOMAINS = ['primary.test', 'other.test'];

describe('login names', () => {
  it('are the username alone where no domain is asked for', () => {
    expect(loginNamesOf(named('mina'), organization(ORG, { domains: DOMAINS }))).toEqual(['mina']);
    expect(loginNamesOf(named('mina'), undefined)).toEqual(['mina']);
  });

  it('end in each domain where one is asked for, the primary one first', () => {
    const acme = organization(ORG, { domains: DOMAINS, userLoginMustBeDomain: true });
    expect(loginNamesOf(named('mina'), acme)).toEqual(['mina@primary.test', 'mina@other.test']);
    expect(loginNamesOf(named('mina@home.test'), acme)[0]).toBe('mina@home.test@primary.test');
    const user = named();
    expect(loginNamesOf(user, acme)[0]).toBe(`${user.id}@primary.test`);
  });

  it('are the username alone where there is no domain', () => {
    expect(loginNamesOf(named('mina'), organization(ORG, { domains: [], userLoginMustBeDomain: true }))).toEqual([
      'mina',
    ]);
  });
});
