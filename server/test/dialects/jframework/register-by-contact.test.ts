import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, codes, HIGH, LATER, startClient } from './support.ts';

let client: Client;
beforeAll(async () => {
  client = await startClient();
});
afterAll(() => client.tessera.stop());

let count = 0;
/** A contact that is nobody's. */
function fresh() {
  count += 1;
  return { email: `contact.${count}@example.com`, phone: `+4179555${1000 + count}` };
}

const PASSWORD = 'passw0rd';
const byEmail = (body: object, options: object = {}) =>
  client.call('POST', '/users/register/email-address', { body, ...options });
const byPhone = (body: object, options: object = {}) =>
  client.call('POST', '/users/register/phone-number', { body, ...options });

describe('POST /users/register/email-address', () => {
  it('makes a user who signs in with the address', async () => {
    const { email } = fresh();
    const inviter = await client.member();
    const { referralCode } = (await client.get(inviter.id, inviter.key)).json.data;
    const names = { firstName: 'Fi', lastName: 'La', nickName: 'Ni' };
    const body = { password: PASSWORD, emailAddress: email, ...names, referralCode, confirmPassword: PASSWORD };
    const response = await byEmail(body);
    expect(response.status).toBe(201);
    expect(response.json.data).toMatchObject({
      ...names,
      emailAddress: email,
      isEmailAddressVerified: false,
      phoneNumber: null,
      status: 'Active',
      type: 'EndUser',
      parentUser: { id: inviter.id },
      package: { code: 'STANDARD' },
    });
    expect((await client.signIn(email, PASSWORD)).json.data.id).toBe(response.json.data.id);
    const [created] = await client.gained(response.json.data.id, 0);
    expect(created?.[0]).toBe('user.created');
  });

  it('takes no member that it does not know', async () => {
    const { email, phone } = fresh();
    const response = await byEmail({ password: PASSWORD, emailAddress: email, username: 5, phoneNumber: phone });
    expect(response.status).toBe(201);
    expect(response.json.data.phoneNumber).toBeNull();
    expect((await client.tessera.user(response.json.data.id)).username).toBeNull();
  });

  it.each([
    [{ password: PASSWORD }, ['EmailAddressRequired']],
    [{ password: '', emailAddress: null }, ['PasswordRequired', 'EmailAddressRequired']],
    [{ password: PASSWORD, emailAddress: 'no address' }, ['InvalidEmailAddress']],
    [{ password: PASSWORD, emailAddress: 5 }, ['InvalidEmailAddress']],
    [{ password: 'a', emailAddress: 'a@example.com' }, ['InvalidPassword']],
    [{ password: 'a@example.com', emailAddress: 'a@example.com' }, ['InvalidPassword']],
    [{ password: PASSWORD, confirmPassword: 'other', emailAddress: 'a@example.com' }, ['InvalidConfirmPassword']],
    [{ password: PASSWORD, confirmPassword: 5, emailAddress: 'a@example.com' }, ['InvalidConfirmPassword']],
    [{ password: PASSWORD, emailAddress: 'a@example.com', referralCode: 'NOBODY' }, ['InvalidReferralCode']],
  ])('400 for %j', async (body, expected) => {
    const response = await byEmail(body);
    expect(response.status).toBe(400);
    expect(codes(response).toSorted()).toEqual(expected.toSorted());
  });

  it('409 for an address that is taken, in whatever letter case', async () => {
    const { emailAddress } = await client.member();
    const response = await byEmail({ password: PASSWORD, emailAddress: emailAddress.toUpperCase() });
    expect([response.status, codes(response)]).toEqual([409, ['EmailAddressAlreadyExists']]);
  });

  it('follows the password level of the brand', async () => {
    const weak = await byEmail({ password: PASSWORD, emailAddress: fresh().email }, { brand: HIGH });
    expect([weak.status, codes(weak)]).toEqual([400, ['InvalidPassword']]);
    const strong = await byEmail({ password: 'Passw0rd!', emailAddress: fresh().email }, { brand: LATER });
    expect(strong.status).toBe(201);
  });

  it('a retry with the same key makes no second user', async () => {
    const body = { password: PASSWORD, emailAddress: fresh().email };
    const headers = { 'idempotency-key': `by-email-${body.emailAddress}` };
    const first = await byEmail(body, { headers });
    const again = await byEmail(body, { headers });
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect((await byEmail({ ...body, firstName: 'x' }, { headers })).status).toBe(422);
    expect((await byEmail({ ...body, emailAddress: fresh().email }, { headers: { 'if-match': '*' } })).status).toBe(
      412,
    );
  });
});

describe('POST /users/register/phone-number', () => {
  it('makes a user who signs in with the number', async () => {
    const { phone } = fresh();
    const response = await byPhone({ password: PASSWORD, phoneNumber: phone, firstName: 'Fi' });
    expect(response.status).toBe(201);
    const { data } = response.json;
    expect(data).toMatchObject({ phoneNumber: phone, emailAddress: null, firstName: 'Fi', status: 'Active' });
    expect(data.referralCode).toMatch(/^[A-Z]{6}$/);
    expect((await client.signIn(phone, PASSWORD)).json.data.id).toBe(data.id);
  });

  it.each([
    [{ password: PASSWORD }, ['PhoneNumberRequired']],
    [{ password: PASSWORD, phoneNumber: '12' }, ['InvalidPhoneNumber']],
    [{ password: PASSWORD, phoneNumber: ['+41791234567'] }, ['InvalidPhoneNumber']],
    [{ password: PASSWORD, confirmPassword: '', phoneNumber: '+41791234567' }, ['InvalidConfirmPassword']],
  ])('400 for %j', async (body, expected) => {
    const response = await byPhone(body);
    expect([response.status, codes(response)]).toEqual([400, expected]);
  });

  it('409 for a number that is taken', async () => {
    const { phone } = fresh();
    expect((await byPhone({ password: PASSWORD, phoneNumber: phone })).status).toBe(201);
    const response = await byPhone({ password: PASSWORD, phoneNumber: `${phone.slice(0, 3)} ${phone.slice(3)}` });
    expect([response.status, codes(response)]).toEqual([409, ['PhoneNumberAlreadyExists']]);
  });
});

describe('POST /users/register', () => {
  it('takes the address under its oldest name', async () => {
    const { email } = fresh();
    const response = await client.register({ password: PASSWORD, email });
    expect([response.status, response.json.data.emailAddress]).toEqual([201, email]);
    const both = await client.register({ password: PASSWORD, email: 'ignored', emailAddress: fresh().email });
    expect(both.status).toBe(201);
    const none = await client.register({ password: PASSWORD });
    expect(codes(none)).toEqual(['EmailAddressRequired']);
  });
});
