import { describe, expect, it } from 'vitest';
import { EMPTY_USER } from '../../core/user/user.ts';
import type { Shown } from './submit-update.ts';
import { createOf, updateOf } from './user-patch.ts';

const shown: Shown = {
  ...EMPTY_USER,
  profile: { ...EMPTY_USER.profile, givenName: 'n'.repeat(150) },
  email: { ...EMPTY_USER.email, value: 'Jo <jo@mail.test>' },
  phone: { ...EMPTY_USER.phone, value: '+491' },
  address: { ...EMPTY_USER.address, state: 'ca', country: 'MX' },
};

describe('updateOf', () => {
  it('asks for nothing when nothing is sent', () => {
    expect(updateOf({ firstName: null, address: null, customField1: null }, shown)).toEqual({ type: 'update-user' });
  });

  it('names the fields that were sent, and no others', () => {
    const body = { lastName: 'B', isPhoneVerified: false, customField2: '', address: { state: 'tx', zip: '' } };
    expect(updateOf(body, shown)).toEqual({
      type: 'update-user',
      profile: { familyName: 'B' },
      phone: { verified: false },
      extra: { customField2: null },
      address: { state: 'TX', postalCode: null },
    });
  });

  it('takes every value that is shown as it is', () => {
    const body = {
      firstName: 'n'.repeat(150),
      email: 'Jo <jo@mail.test>',
      phone: '+491',
      address: { state: 'ca', country: 'MX' },
    };
    expect(updateOf(body, shown)).toEqual({
      type: 'update-user',
      profile: { givenName: body.firstName },
      email: { value: body.email },
      phone: { value: body.phone },
      address: { state: 'ca', country: 'MX' },
    });
  });

  it.each([
    [{ firstName: 'n'.repeat(151) }, 'value_invalid', 'profile.givenName'],
    [{ email: 'Joe <jo@mail.test>' }, 'email_invalid', 'email.value'],
    [{ phone: '+492' }, 'phone_invalid', 'phone.value'],
    [{ address: { state: 'xx' } }, 'us_state_invalid', 'address.state'],
    [{ address: { country: 'MX' } }, 'value_required', 'address.state'],
    [{ address: { state: 'CA', country: 'DE' } }, 'value_invalid', 'address.country'],
    [{ email: '', isEmailVerified: true }, 'contact_missing', 'email.value'],
  ])('refuses %j', (body, reason, field) => {
    expect(() => updateOf(body, shown)).toThrow(expect.objectContaining({ reason, details: { field } }));
  });
});

describe('createOf', () => {
  it('holds the values to the same rules', () => {
    const body = { firstName: 'A', lastName: 'B', phone: '+12015550123', address: { state: 'ny' }, email: '' };
    expect(createOf(body, '7', '3')).toEqual({
      type: 'create-user',
      userId: '7',
      organizationId: '3',
      kind: 'human',
      profile: { givenName: 'A', familyName: 'B' },
      phone: { value: '+12015550123' },
      address: { state: 'NY' },
    });
    expect(() => createOf({ ...body, phone: '+492' }, '7', '3')).toThrow('phone_invalid');
  });
});
