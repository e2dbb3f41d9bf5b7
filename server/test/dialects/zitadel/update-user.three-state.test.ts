import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../../../src/core/user/user.ts';
import { startTessera } from '../../support/tessera.ts';
import { ADMIN, addUser, eventTypes, expectRefusal, messagesTo, plant, update, zitadelSetup } from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const NAMES = { givenName: 'Minnie', familyName: 'Mouse' };
let people = 0;
let id = '';
let before: User;
let email = '';
let phone = '';

beforeEach(async () => {
  people += 1;
  phone = `+4179${1_000_000 + people}`;
  id = await addUser(tessera, {
    username: `person.${people}`,
    profile: { ...NAMES, nickName: 'Mini', displayName: 'Shown', preferredLanguage: 'en', gender: 'GENDER_FEMALE' },
    phone: { phone, returnCode: {} },
  });
  before = await tessera.user(id);
  email = before.email.value ?? '';
});

/** Sends a change that must succeed. @returns the answer and the types of the events it added */
async function put(body: unknown): Promise<{ answer: { emailCode?: string; phoneCode?: string }; added: string[] }> {
  const known = (await tessera.events(id)).length;
  const response = await update(tessera, id, body);
  expect(response.status, response.text).toBe(200);
  return { answer: response.json, added: (await eventTypes(tessera, id)).slice(known) };
}

const waiting = () => messagesTo(tessera, id);

it('username equal to the stored one (exact comparison): no change', async () => {
  expect((await put({ username: `person.${people}` })).added).toEqual([]);
});

it('username in another letter case: a change', async () => {
  expect((await put({ username: `Person.${people}` })).added).toEqual(['user.username_changed']);
});

it('username equal to the id shown for a missing one: no change', async () => {
  id = `nameless-${people}`;
  await plant(tessera, { id });
  expect((await put({ username: id })).added).toEqual([]);
  expect((await tessera.user(id)).username).toBeNull();
});

it('profile.givenName / familyName: replace when different', async () => {
  expect((await put({ profile: NAMES })).added).toEqual([]);
  expect((await put({ profile: { ...NAMES, givenName: 'Other' } })).added).toEqual(['user.profile_changed']);
  expect((await tessera.user(id)).profile).toEqual({ ...before.profile, givenName: 'Other' });
});

it.each(['givenName', 'familyName'])('profile.%s: never empty', async (name) => {
  const go = name === 'givenName' ? 'GivenName' : 'FamilyName';
  const response = await update(tessera, id, { profile: { ...NAMES, [name]: '' } });
  const rule = 'value length must be between 1 and 200 runes, inclusive';
  expectRefusal(
    response,
    400,
    3,
    `invalid UpdateHumanUserRequest.Profile: embedded message failed validation | caused by: invalid SetHumanProfile.${go}: ${rule}`,
  );
});

describe('profile', () => {
  it.each([
    ['nickName', undefined, 'Mini'],
    ['nickName', null, 'Mini'],
    ['nickName', '', null],
    ['nickName', 'Max', 'Max'],
    ['displayName', undefined, 'Shown'],
    ['displayName', '', null],
    ['displayName', 'Seen', 'Seen'],
    ['preferredLanguage', undefined, 'en'],
    ['preferredLanguage', 'de', 'de'],
    ['preferredLanguage', 'de_ch', 'de-CH'],
    ['preferredLanguage', 'no tag!', 'und'],
    ['preferredLanguage', '', 'und'],
    ['gender', undefined, 'female'],
    ['gender', 'GENDER_MALE', 'male'],
    ['gender', 3, 'diverse'],
    ['gender', 'GENDER_UNSPECIFIED', null],
    ['gender', 99, null],
    ['gender', 'GENDER_NEW', 'female'],
  ])('profile.%s %j: %j', async (name, sent, stored) => {
    const { added } = await put({ profile: { ...NAMES, [name]: sent } });
    const old = (before.profile as unknown as Record<string, unknown>)[name];
    expect(added).toEqual(stored === old ? [] : ['user.profile_changed']);
    expect((await tessera.user(id)).profile).toEqual({ ...before.profile, [name]: stored });
  });

  it('preferredLanguage und for a user who never chose one: keep', async () => {
    id = await addUser(tessera);
    expect((await put({ profile: { ...NAMES, preferredLanguage: 'und' } })).added).toEqual([]);
    expect((await tessera.user(id)).profile.preferredLanguage).toBeNull();
  });

  it('an empty display name stays empty: no fallback to both names', async () => {
    await put({ profile: { ...NAMES, displayName: '' } });
    const read = await tessera.send('GET', `/v2/users/${id}`, { headers: ADMIN });
    expect(read.json.user.human.profile.displayName).toBe('');
  });
});

describe('email', () => {
  it.each([
    ['no verification', {}],
    ['returnCode', { returnCode: {} }],
    ['sendCode', { sendCode: {} }],
    ['isVerified:false', { isVerified: false }],
  ])('email same address, %s: nothing', async (_what, verification) => {
    const { answer, added } = await put({ email: { email, ...verification } });
    expect(added).toEqual([]);
    expect(answer).not.toHaveProperty('emailCode');
    expect(await waiting()).toEqual([]);
  });

  it('email same address, isVerified:true, stored unverified: marks verified', async () => {
    expect((await put({ email: { email, isVerified: true } })).added).toEqual(['user.email_verified']);
    expect((await tessera.user(id)).email.verified).toBe(true);
  });

  it('email same address, isVerified:true, already verified: nothing', async () => {
    await put({ email: { email, isVerified: true } });
    expect((await put({ email: { email, isVerified: true } })).added).toEqual([]);
  });

  it('email same address, isVerified:false, already verified: nothing', async () => {
    await put({ email: { email, isVerified: true } });
    expect((await put({ email: { email, isVerified: false } })).added).toEqual([]);
    expect((await tessera.user(id)).email.verified).toBe(true);
  });

  it('email new address, isVerified:true: set and verified, no code', async () => {
    const { answer, added } = await put({ email: { email: `new.${email}`, isVerified: true } });
    expect(added).toEqual(['user.email_changed', 'user.email_verified']);
    expect(answer).not.toHaveProperty('emailCode');
    expect((await tessera.user(id)).email).toMatchObject({ value: `new.${email}`, verified: true, code: null });
    expect(await waiting()).toEqual([]);
  });

  it('email new address, returnCode: set, unverified, code returned, no mail', async () => {
    const { answer, added } = await put({ email: { email: `new.${email}`, returnCode: {} } });
    expect(added).toEqual(['user.email_changed', 'user.email_code_added']);
    expect(answer.emailCode).toMatch(/^[A-Z0-9]{6}$/);
    expect((await tessera.user(id)).email).toMatchObject({ value: `new.${email}`, verified: false });
    expect(await waiting()).toEqual([]);
  });

  it.each([
    ['sendCode', { sendCode: { urlTemplate: 'https://x.test/?c={{.Code}}&u={{ .UserID }}&o={{.OrgID}}' } }],
    ['no verification', {}],
    ['isVerified:false', { isVerified: false }],
  ])('email new address, %s: set, unverified, code mailed', async (_what, verification) => {
    const { answer, added } = await put({ email: { email: `new.${email}`, ...verification } });
    expect(added).toEqual(['user.email_changed', 'user.email_code_added']);
    expect(answer).not.toHaveProperty('emailCode');
    expect((await tessera.user(id)).email).toMatchObject({ value: `new.${email}`, verified: false });
    expect(await waiting()).toEqual(['verify_email']);
  });

  it('email in another letter case only: a change that drops the verification', async () => {
    await put({ email: { email, isVerified: true } });
    const { added } = await put({ email: { email: email.toUpperCase(), returnCode: {} } });
    expect(added).toEqual(['user.email_changed', 'user.email_code_added']);
    expect((await tessera.user(id)).email).toMatchObject({ value: email.toUpperCase(), verified: false });
  });
});

describe('phone', () => {
  it.each([
    ['no verification', {}],
    ['returnCode', { returnCode: {} }],
    ['sendCode', { sendCode: {} }],
  ])('phone same number after normalisation, %s: nothing', async (_what, verification) => {
    const { answer, added } = await put({ phone: { phone: phone.replace('+41', '0'), ...verification } });
    expect(added).toEqual([]);
    expect(answer).not.toHaveProperty('phoneCode');
    expect(await waiting()).toEqual([]);
  });

  it('phone same number, isVerified:true, stored unverified: marks verified', async () => {
    expect((await put({ phone: { phone, isVerified: true } })).added).toEqual(['user.phone_verified']);
    expect((await put({ phone: { phone, isVerified: true } })).added).toEqual([]);
  });

  it('phone new number, isVerified:true: set and verified, no code', async () => {
    const { answer, added } = await put({ phone: { phone: `+4178${2_000_000 + people}`, isVerified: true } });
    expect(added).toEqual(['user.phone_changed', 'user.phone_verified']);
    expect(answer).not.toHaveProperty('phoneCode');
  });

  it('phone new number, returnCode: code returned, no message', async () => {
    const { answer, added } = await put({ phone: { phone: `078${3_000_000 + people}`, returnCode: {} } });
    expect(added).toEqual(['user.phone_changed', 'user.phone_code_added']);
    expect(answer.phoneCode).toMatch(/^[A-Z0-9]{6}$/);
    expect((await tessera.user(id)).phone).toMatchObject({ value: `+4178${3_000_000 + people}`, verified: false });
    expect(await waiting()).toEqual([]);
  });

  it.each([
    ['sendCode', { sendCode: {} }],
    ['no verification', {}],
  ])('phone new number, %s: code sent by SMS', async (_what, verification) => {
    const { answer, added } = await put({ phone: { phone: `+4178${4_000_000 + people}`, ...verification } });
    expect(added).toEqual(['user.phone_changed', 'user.phone_code_added']);
    expect(answer).not.toHaveProperty('phoneCode');
    expect(await waiting()).toEqual(['verify_phone']);
  });

  it('phone isVerified:false: refused by the rules', async () => {
    expectRefusal(
      await update(tessera, id, { phone: { phone, isVerified: false } }),
      400,
      3,
      'invalid UpdateHumanUserRequest.Phone: embedded message failed validation | caused by: invalid SetHumanPhone.IsVerified: value must equal true',
    );
  });

  it.each([
    ['no verification', {}],
    ['returnCode', { returnCode: {} }],
    ['sendCode', { sendCode: {} }],
  ])('phone "", %s: nothing is removed', async (_what, verification) => {
    const { answer, added } = await put({ phone: { phone: '', ...verification } });
    expect(added).toEqual([]);
    expect(answer).not.toHaveProperty('phoneCode');
    expect((await tessera.user(id)).phone).toEqual(before.phone);
  });

  it('phone "" with isVerified:true: the stored phone is marked verified', async () => {
    expect((await put({ phone: { phone: '', isVerified: true } })).added).toEqual(['user.phone_verified']);
    expect((await tessera.user(id)).phone).toMatchObject({ value: phone, verified: true });
  });

  it('phone "" with isVerified:true and none stored: refused', async () => {
    id = await addUser(tessera);
    const response = await update(tessera, id, { phone: { phone: '', isVerified: true } });
    expectRefusal(response, 400, 9, 'Phone not found (COMMAND-ieJ2e)');
  });
});

it('password: always a change', async () => {
  const body = { password: { password: { password: 'Secr3tP4ssw0rd!' } } };
  expect((await put(body)).added).toEqual(['user.password_changed']);
  expect((await put(body)).added).toEqual(['user.password_changed']);
});

it('a refused part leaves every other part as it was', async () => {
  const response = await update(tessera, id, {
    username: 'never',
    profile: { ...NAMES, nickName: 'Never' },
    email: { email: 'never@mouse.test' },
    password: { password: { password: 'short' } },
  });
  expectRefusal(response, 400, 3, 'Password is too short (DOMAIN-HuJf6)');
  expect(await tessera.user(id)).toEqual(before);
  expect(await waiting()).toEqual([]);
});
