import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, brandsSetup, Client, type Member, required } from '../dialects/jframework/support.ts';
import { PAYLOADS, shownText } from '../support/markup.ts';
import { ACME } from '../support/setup.ts';
import type { ReceivedMail } from '../support/smtp.ts';
import { type Mailing, startMailing } from './mailing.ts';
import { EVIL, poisonedWays } from './poisoned.ts';

const PAGE = `https://${ACME.brandUrl}/page?a=b`;
const PASSWORDLESS = '/users/auth/passwordless';

let mailing: Mailing;
let client: Client;
beforeAll(async () => {
  mailing = await startMailing(brandsSetup());
  client = new Client(mailing.tessera);
});
afterAll(() => mailing.stop());

async function post(path: string, body: unknown = {}) {
  const response = await client.call('POST', path, { body });
  expect(response.status, response.text).toBe(200);
  return response.json.data;
}

let phones = 0;
const freshPhone = (): string => {
  phones += 1;
  return `+4179300${String(phones).padStart(4, '0')}`;
};

async function latestMail({ emailAddress }: Member, count = 1): Promise<ReceivedMail> {
  const mail = (await mailing.mail.waitFor(emailAddress, count)).at(-1);
  if (mail === undefined) throw new Error(`no mail to ${emailAddress}`);
  return mail;
}

/** The parameters of the only link, which must lead to the page. */
function parametersIn({ links, text }: ReceivedMail): Record<string, string> {
  const [link = ''] = links;
  expect([links.length, link.startsWith(`${PAGE}&`)]).toEqual([1, true]);
  expect(text).not.toContain('Code:');
  return Object.fromEntries(new URL(link).searchParams);
}

const sendVerification = ({ id }: Member) =>
  post(`/users/${id}/email-address/verify/send?returnURL=${encodeURIComponent(PAGE)}`);

describe('a user of a brand who gets a mail', () => {
  it('verifies the e-mail address by the link', async () => {
    const person = await client.member({ firstName: 'Sam', lastName: 'Sample' });
    await sendVerification(person);
    const mail = await latestMail(person);
    expect([mail.subject, mail.text.split('\n')[0]]).toEqual(['Acme: verify your e-mail address', 'Hello Sam Sample,']);
    const { token } = parametersIn(mail);
    const response = await client.call('PUT', '/users/email-address/active', { body: { token } });
    expect(response.status, response.text).toBe(200);
    expect((await mailing.tessera.user(person.id)).email.verified).toBe(true);
  });

  it('chooses a new password by the link, and signs in with it', async () => {
    const person = await client.member();
    const { emailAddress } = person;
    await post('/users/forgot-password', { emailAddress, resetPasswordLink: PAGE });
    const { token } = parametersIn(await latestMail(person));
    await post('/users/reset-password', { emailAddress, token, newPassword: 'n3w-passw0rd' });
    expect((await client.signIn(person.username, 'n3w-passw0rd')).status).toBe(200);
  });

  it('signs in with a one-time code', async () => {
    const person = await client.member();
    const token = await post(`${PASSWORDLESS}/email/generate-otp`, { emailAddress: person.emailAddress });
    const mail = await latestMail(person);
    const otp = /^Code: (\d{6})$/m.exec(mail.text)?.[1];
    expect([mail.links, mail.subject]).toEqual([[], 'Acme: your sign-in code']);
    const { id } = await post(`${PASSWORDLESS}/email/verify-otp`, { token, otp });
    expect(id).toBe(person.id);
  });

  it('signs in by a magic link', async () => {
    const person = await client.member();
    await post('/users/auth/email/magic-link', { emailAddress: person.emailAddress, callbackURL: PAGE });
    const { token, otp } = parametersIn(await latestMail(person));
    const { id } = await post(`${PASSWORDLESS}/email/verify-otp`, { token, otp });
    expect(id).toBe(person.id);
  });

  it('signs in with a code that came by text message', async () => {
    const phoneNumber = freshPhone();
    const person = await client.member({ phoneNumber });
    const token = await post(`${PASSWORDLESS}/phone/generate-otp`, { phoneNumber });
    const [text] = await mailing.waitForText(phoneNumber);
    const otp = /^Acme: code to sign in: (\d{6})$/m.exec(text?.text ?? '')?.[1];
    const { id } = await post(`${PASSWORDLESS}/phone/verify-otp`, { token, otp });
    expect(id).toBe(person.id);
  });

  it('learns that its account was locked, in its language', async () => {
    const person = await client.member();
    expect((await client.put(person, { ...required(person), languageCode: 'de-DE' })).status).toBe(200);
    const key = await client.keyOf(ADMIN.username, ADMIN.password);
    await client.call('POST', `/users/${person.id}/lock`, { key });
    const mail = await latestMail(person);
    expect([mail.subject, mail.links]).toEqual(['Acme: Ihr Konto ist gesperrt', []]);
  });
});

describe('a link', () => {
  const CALLS: Readonly<Record<string, (person: Member) => readonly [string, object?]>> = {
    'verify/send': ({ id }) => [`/users/${id}/email-address/verify/send?returnURL=${encodeURIComponent(PAGE)}`],
    'forgot-password': ({ emailAddress }) => ['/users/forgot-password', { emailAddress, resetPasswordLink: PAGE }],
    'magic-link': ({ emailAddress }) => ['/users/auth/email/magic-link', { emailAddress, callbackURL: PAGE }],
    'generate-otp': ({ emailAddress }) => [`${PASSWORDLESS}/email/generate-otp`, { emailAddress }],
  };
  it.each(Object.keys(CALLS))(
    'of %s leads to the page of the brand, whatever the caller says of itself',
    async (name) => {
      const ways = Object.values(poisonedWays(mailing.tessera));
      await Promise.all(
        ways.map(async (send) => {
          // Given
          const person = await client.member();
          const [path = '', body] = CALLS[name]?.(person) ?? [];
          // When
          const answer = await send('POST', `/api/v1${path}`, { headers: { 'brand-url': ACME.brandUrl }, body });
          // Then
          expect([answer.status, answer.json]).toEqual([200, expect.anything()]);
          const mail = await latestMail(person);
          if (name !== 'generate-otp') parametersIn(mail);
          expect(`${mail.source}${mail.text}${mail.html}`).not.toContain(EVIL);
        }),
      );
      expect(ways).toHaveLength(3);
    },
  );

  it.each(['https://evil.test/', `https://${ACME.brandUrl}@evil.test/`, `https://${ACME.brandUrl}.evil.test/`])(
    'does not lead to %s',
    async (resetPasswordLink) => {
      const { emailAddress } = await client.member();
      const body = { emailAddress, resetPasswordLink };
      expect((await client.call('POST', '/users/forgot-password', { body })).status).toBe(400);
    },
  );
});

describe('what users are called', () => {
  it('is text in every mail', async () => {
    // Given
    const harmless = await client.member({ firstName: 'Minnie' });
    await sendVerification(harmless);
    const before = (await latestMail(harmless)).html.match(/<[a-z]+/g);
    // A name with what reads as a host would be left out.
    const names = PAYLOADS.map((payload) => payload.replaceAll(/(?<=\w\w)\.(?=\w\w)/g, '-'));
    const greeted = names
      .filter((_payload, index) => index % 6 === 0)
      .map(async (payload) => {
        // When
        const person = await client.member({ firstName: payload });
        await sendVerification(person);
        // Then
        const { html, text } = await latestMail(person);
        expect(text.split('\n')[0]).toBe(`Hello ${payload},`);
        expect(shownText(html)).toContain(`<p>Hello ${payload},</p>`);
        expect(html.match(/<[a-z]+/g)).toEqual(before);
      });
    expect(await Promise.all(greeted)).toHaveLength(10);
  });
});

describe('an address that is no text', () => {
  it.each([['["a@example.com","b@example.com"]'], ['{"a":"b@example.com"}'], ['5'], ['["a@example.com"]']])(
    '%s is 400, and no mail',
    async (json) => {
      // Given
      const before = mailing.mail.mails.length;
      const emailAddress: unknown = JSON.parse(json);
      // When
      const answers = await Promise.all([
        client.call('POST', '/users/forgot-password', { body: { emailAddress, resetPasswordLink: PAGE } }),
        client.call('POST', '/users/auth/email/magic-link', { body: { emailAddress, callbackURL: PAGE } }),
        client.call('POST', `${PASSWORDLESS}/email/generate-otp`, { body: { emailAddress } }),
        client.call('POST', `${PASSWORDLESS}/phone/generate-otp`, { body: { phoneNumber: emailAddress } }),
      ]);
      // Then
      expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
      // What was sent later is there, so these would be.
      const person = await client.member();
      await sendVerification(person);
      await latestMail(person);
      expect(mailing.mail.mails).toHaveLength(before + 1);
    },
  );

  it('goes to the stored address, not to what was typed', async () => {
    const person = await client.member();
    const typed = person.emailAddress.toUpperCase();
    await post('/users/forgot-password', { emailAddress: typed, resetPasswordLink: PAGE });
    expect((await latestMail(person)).envelope.to).toEqual([person.emailAddress]);
    expect(mailing.mail.mails.filter(({ envelope }) => envelope.to.includes(typed))).toEqual([]);
  });
});
