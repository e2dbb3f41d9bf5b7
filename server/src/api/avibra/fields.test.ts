import { describe, expect, it } from 'vitest';
import { optional, readAddress, readEmail, readName, readPhone } from './fields.ts';

const reasonOf = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    return (error as { reason?: string }).reason;
  }
};

describe('readPhone', () => {
  it.each(['7326426722', '+17326426722', '+1 732 642 6722', '(732) 642-6722', '+1(732)6426722', ' 732-642-6722 '])(
    'given %j, when it is read, then it is the same number in E.164',
    (text) => expect(readPhone('phone', text)).toBe('+17326426722'),
  );

  it.each(['732642672', '73264267221', '17326426722', '+27326426722', '+1+17326426722', '732/642/6722', '٧٣٢٦٤٢٦٧٢٢'])(
    'given %j, when it is read, then it is refused',
    (text) => expect(reasonOf(() => readPhone('phone', text))).toBe('phone_invalid'),
  );

  it('given nothing, when it is read, then a number is asked for', () => {
    expect(reasonOf(() => readPhone('phone', ''))).toBe('value_required');
  });
});

describe('readName', () => {
  it('given white space around it, when it is read, then the length counts without', () => {
    expect(readName('firstname', `\t${'😀'.repeat(100)}\n`)).toBe('😀'.repeat(100));
  });

  it.each([
    ['', 'value_required'],
    [' \u00a0', 'value_required'],
    ['a'.repeat(101), 'value_invalid'],
  ])('given %j, when it is read, then it is refused', (text, reason) => {
    expect(reasonOf(() => readName('firstname', text))).toBe(reason);
  });
});

describe('readEmail', () => {
  it('given an address, when it is read, then it stays as written', () => {
    expect(readEmail('email', 'Jane.Doe+x@Mail.Test')).toBe('Jane.Doe+x@Mail.Test');
  });

  it.each(['jane', 'jane@mail', '@mail.test', 'jane@', 'a@b@c.de', 'jane@.test', 'jane doe@mail.test'])(
    'given %j, when it is read, then it is refused',
    (text) => expect(reasonOf(() => readEmail('email', text))).toBe('email_invalid'),
  );
});

describe('readAddress', () => {
  it('given members that are null or left out, when it is read, then only the others are set', () => {
    expect(readAddress({ city: ' Newark ', state: null })).toEqual({ city: 'Newark' });
  });

  it.each([undefined, null, 'US', 'us'])(
    'given the country %s, when the state is no US state, then it is refused',
    (country) => {
      expect(reasonOf(() => readAddress({ state: 'ZZ', ...(country !== undefined && { country }) }))).toBe(
        'us_state_invalid',
      );
    },
  );

  it('given another country, when the state is read, then it is a text', () => {
    expect(readAddress({ state: 'Vaud', country: 'ch' })).toEqual({ state: 'Vaud', country: 'CH' });
  });
});

describe('optional', () => {
  it.each([null, undefined])('given %s, when it is read, then there is nothing to change', (text) => {
    expect(optional(text, () => 'read')).toBeUndefined();
  });
});
