import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { Client, codes, HIGH, LATER, somebody, startClient } from './support.ts';

const DAY = 24 * 60 * 60 * 1000;

let client: Client;
beforeAll(async () => {
  client = await startClient();
});
afterAll(() => client.tessera.stop());

/** A refused registration must not leave the means to sign in. */
async function expectRefused(body: object, status: number, expected: readonly string[], of = client): Promise<void> {
  const response = await of.register(body);
  expect(response.status).toBe(status);
  expect(codes(response)).toEqual(expected);
}

describe('POST /users/register 201', () => {
  it('creates an active user of the brand with the default package', async () => {
    const body = {
      ...somebody(),
      firstName: 'John',
      lastName: 'Doe',
      nickName: 'JD',
      phoneNumber: '+41 79 111 22 33',
    };
    const response = await client.register(body);
    expect(response.status).toBe(201);
    const user = response.json.data;
    expect(user).toMatchObject({
      brandId: '300000000000000001',
      username: body.username,
      emailAddress: body.emailAddress,
      firstName: 'John',
      lastName: 'Doe',
      nickName: 'JD',
      phoneNumber: '+41791112233',
      type: 'EndUser',
      status: 'Active',
      isEmailAddressVerified: false,
      isUserVerified: false,
      roles: [],
      parentUser: null,
      package: { code: 'STANDARD', isDefault: true, features: [{ quantity: 10, value: 10 }], prices: [{ amount: 10 }] },
    });
    expect(user.id).toMatch(/^\d{18}$/);
    expect(user.code).toMatch(/^[0-9A-F]{20}$/);
    expect(user.referralCode).toMatch(/^[A-Z]{6}$/);
    expect(user.packageId).toBe(user.package.id);
    expect(Math.abs(Date.parse(user.expiryDate) - Date.parse(user.createdDate) - 30 * DAY)).toBeLessThan(60_000);
    const events = await client.tessera.events(user.id);
    expect(events.map(({ type }) => type)).toEqual(['user.created']);
    expect(events[0]?.origin).toMatchObject({ actor: 'anonymous:300000000000000001', dialect: 'jframework' });
    expect(response.headers.get('etag')).toBe('"1"');
    expect(response.text).not.toContain(body.password);
    expect((await client.signIn(body.username, body.password)).status).toBe(200);
  });

  it('needs no more than a password and an e-mail address', async () => {
    const { emailAddress, password } = somebody();
    const nothing = { username: null, phoneNumber: '', firstName: null, lastName: '', referralCode: null };
    expect((await client.register({ emailAddress, password, ...nothing })).status).toBe(201);
    expect((await client.signIn(emailAddress, password)).status).toBe(200);
  });

  it('leaves package and expiry empty where the brand has no default package', async () => {
    const later = new Client(client.tessera, LATER);
    const {
      package: pack,
      packageId,
      expiryDate,
    } = (await later.register({ ...somebody(), password: 'Passw0rd!' })).json.data;
    expect([pack, packageId, expiryDate]).toEqual([null, null, null]);
  });

  it('makes the owner of the referral code the parent', async () => {
    const inviter = await client.member({ nickName: 'Inviter' });
    const { referralCode, code, packageId } = (await client.get(inviter.id, inviter.key)).json.data;
    const invited = await client.member({ referralCode: referralCode.toLowerCase() });
    const { parentUser } = (await client.get(invited.id, invited.key)).json.data;
    expect(parentUser).toEqual({
      id: inviter.id,
      code,
      avatar: null,
      packageId,
      packageCode: 'STANDARD',
      emailAddress: inviter.emailAddress,
      phoneNumber: null,
      nickName: 'Inviter',
      roles: [],
    });
    expect((await client.tessera.user(invited.id)).membership.referrer).toBe(inviter.id);
  });

  it('shows no parent any more once that user is deleted', async () => {
    const inviter = await client.member();
    const { referralCode } = (await client.get(inviter.id, inviter.key)).json.data;
    const invited = await client.member({ referralCode });
    const headers = { authorization: `Bearer ${ACME.adminPat}` };
    expect((await client.tessera.send('DELETE', `/v2/users/${inviter.id}`, { headers })).status).toBe(200);
    const read = await client.get(invited.id, invited.key);
    expect(read.json.data.parentUser).toBeNull();
    expect(read.text).not.toContain(inviter.emailAddress);
    expect(codes(await client.register({ ...somebody(), referralCode }))).toEqual(['InvalidReferralCode']);
  });

  it('ignores what it does not know, even members that would raise the user', async () => {
    const odd = { confirmPassword: 'other', timeZoneId: 'Europe/Zurich', type: 'SuperAdmin', roles: ['SUPER_ADMIN'] };
    const user = (await client.register({ ...somebody(), ...odd, isEmailAddressVerified: true })).json.data;
    expect(user).toMatchObject({ type: 'EndUser', roles: [], isEmailAddressVerified: false, timeZoneId: null });
  });
});

describe('POST /users/register 400', () => {
  it('asks for what is required', () => expectRefused({}, 400, ['PasswordRequired', 'EmailAddressRequired']));
  it('takes null and empty text for missing', () =>
    expectRefused({ password: null, emailAddress: '' }, 400, ['PasswordRequired', 'EmailAddressRequired']));

  it('names every wrong member', () =>
    expectRefused(
      {
        username: 'no',
        emailAddress: 'nobody',
        phoneNumber: '1',
        firstName: 'a'.repeat(101),
        password: 'four',
        referralCode: 'NOBODY',
      },
      400,
      [
        'InvalidUsername',
        'InvalidEmailAddress',
        'InvalidPhoneNumber',
        'InvalidFirstName',
        'InvalidPassword',
        'InvalidReferralCode',
      ],
    ));

  it.each(['ABC', '1234567', 'AAAAAA', 'ÄÄÄÄÄÄ'])('knows no referral code %s', (referralCode) =>
    expectRefused({ ...somebody(), referralCode }, 400, ['InvalidReferralCode']),
  );

  it('Low: five characters, not the e-mail address', async () => {
    await expectRefused({ ...somebody(), password: 'aaaa' }, 400, ['InvalidPassword']);
    const { emailAddress } = somebody();
    await expectRefused({ emailAddress, password: emailAddress.toUpperCase() }, 400, ['InvalidPassword']);
    expect((await client.register({ ...somebody(), password: 'aaaaa' })).status).toBe(201);
  });

  it.each([LATER, HIGH])('Medium and High (%s): six characters of four kinds', async (brand) => {
    const strict = new Client(client.tessera, brand);
    for (const password of ['aB1!x', 'abcde1!', 'ABCDE1!', 'abcdeF!', 'abcdeF1']) {
      await expectRefused({ ...somebody(), password }, 400, ['InvalidPassword'], strict);
    }
    expect((await strict.register({ ...somebody(), password: 'aB1!xx' })).status).toBe(201);
  });
});

describe('POST /users/register 409', () => {
  it.each([
    ['username', 'UsernameAlreadyExists', '+41790000030'],
    ['emailAddress', 'EmailAddressAlreadyExists', '+41790000031'],
    ['phoneNumber', 'PhoneNumberAlreadyExists', '+41790000032'],
  ])('%s is taken', async (name, code, phoneNumber) => {
    const taken = { ...somebody(), phoneNumber };
    expect((await client.register(taken)).status).toBe(201);
    const body: Record<string, unknown> = { ...somebody(), phoneNumber: null };
    body[name] = taken[name as keyof typeof taken];
    await expectRefused(body, 409, [code]);
  });
});

describe('POST /users/register with an Idempotency-Key', () => {
  it('creates one user for a repeated request', async () => {
    const body = somebody();
    const headers = { 'idempotency-key': 'register-1' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.register(body, headers)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers: answered }) => answered.has('idempotent-replayed'))).toHaveLength(9);
    expect((await client.register({ ...body, firstName: 'Other' }, headers)).status).toBe(422);
    expect((await client.register({ ...body, password: 'other password' }, headers)).status).toBe(422);
  });
});

describe('referral codes', () => {
  it('are drawn again when somebody has them', async () => {
    let draws = 0;
    const fixed = await startClient();
    try {
      const first = await fixed.member();
      const claims: string[] = [];
      const { commit } = fixed.tessera.store;
      fixed.tessera.store.commit = (wants, decide) =>
        commit.call(fixed.tessera.store, wants, (snapshot) =>
          decide({
            revision: snapshot.revision,
            user: (id) => snapshot.user(id),
            answer: (key) => snapshot.answer(key),
            isDeferred: (id) => snapshot.isDeferred(id),
            claimHolder: (key) => {
              if (!key.startsWith('referral:')) return snapshot.claimHolder(key);
              claims.push(key);
              draws += 1;
              return draws <= 2 ? first.id : snapshot.claimHolder(key);
            },
          }),
        );
      expect((await fixed.register(somebody())).status).toBe(201);
      expect(new Set(claims).size).toBe(3);
    } finally {
      await fixed.tessera.stop();
    }
  });
});
