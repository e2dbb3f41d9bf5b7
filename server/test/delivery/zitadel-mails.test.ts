import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, addUser, newPerson, zitadelSetup } from '../dialects/zitadel/support.ts';
import { PAYLOADS, shownText, tagsOf } from '../support/markup.ts';
import type { ReceivedMail } from '../support/smtp.ts';
import { type Mailing, PUBLIC_URL, startMailing } from './mailing.ts';
import { EVIL, poisonedWays } from './poisoned.ts';

let mailing: Mailing;
beforeAll(async () => {
  mailing = await startMailing(zitadelSetup());
});
afterAll(() => mailing.stop());

async function call(method: string, path: string, body: object = {}) {
  const response = await mailing.tessera.send(method, path, { headers: ADMIN, body });
  expect(response.status, response.text).toBe(200);
  return response.json;
}

let addresses = 0;
const freshAddress = (): string => {
  addresses += 1;
  return `Mailed.${addresses}@Mouse.test`;
};
const freshPhone = (): string => {
  addresses += 1;
  return `+4179200${String(addresses).padStart(4, '0')}`;
};

interface Person {
  readonly id: string;
  readonly email: string;
}

/** Somebody who has got no mail yet. */
async function person(change: object = {}): Promise<Person> {
  const email = freshAddress();
  return { id: await addUser(mailing.tessera, { email: { email, isVerified: false }, ...change }), email };
}

async function mailTo(email: string): Promise<ReceivedMail> {
  const mails = await mailing.mail.waitFor(email);
  const [mail, ...others] = mails;
  if (mail === undefined || others.length > 0) throw new Error(`${mails.length} mails to ${email}`);
  return mail;
}

/** The code that the mail says, which its link must carry as well where there is one. */
function codeIn({ text, links }: { readonly text: string; readonly links: readonly string[] }): string {
  const code = /^Code: (\S+)$/m.exec(text)?.[1];
  if (code === undefined) throw new Error(`no code in ${text}`);
  for (const link of links) expect(new URL(link).searchParams.get('code')).toBe(code);
  return code;
}

describe('a person who gets a mail', () => {
  it('verifies the e-mail address with its code', async () => {
    // Given
    const email = freshAddress();
    const id = await addUser(mailing.tessera, { email: { email, sendCode: {} } });
    // When
    const mail = await mailTo(email);
    await call('POST', `/v2/users/${id}/email/verify`, { verificationCode: codeIn(mail) });
    // Then
    expect((await mailing.tessera.user(id)).email).toMatchObject({ value: email, verified: true, code: null });
    expect(mail.envelope).toEqual({ from: 'no-reply@tessera.test', to: [email] });
    expect(mail.subject).toBe('Acme: verify your e-mail address');
    expect(mail.text).toContain('Hello Minnie Mouse,');
    const { origin, pathname, searchParams } = new URL(mail.links[0] ?? '');
    expect(`${origin}${pathname}`).toBe(`${PUBLIC_URL}/ui/v2/login/verify`);
    const { organizationId } = await mailing.tessera.user(id);
    expect(Object.fromEntries(searchParams)).toEqual({ code: codeIn(mail), userId: id, organization: organizationId });
  });

  it('verifies it by the link that the caller wanted, and by its own', async () => {
    const { id, email } = await person();
    const urlTemplate = 'https://app.acme.test/{{.UserID}}/{{ .OrgID }}?c={{.Code}}#{{.Code}}';
    await call('POST', `/v2/users/${id}/email/send`, { sendCode: { urlTemplate } });
    const mail = await mailTo(email);
    const { organizationId } = await mailing.tessera.user(id);
    const link = new URL(mail.links[0] ?? '');
    expect(link.href.startsWith(`https://app.acme.test/${id}/${organizationId}?c=`)).toBe(true);
    expect([mail.links.length, link.hash]).toEqual([1, `#${link.searchParams.get('c')}`]);
    expect(mail.text).not.toContain('Code:');
    await call('POST', `/v2/users/${id}/email/verify`, { verificationCode: link.searchParams.get('c') });
    expect((await mailing.tessera.user(id)).email.verified).toBe(true);
  });

  it('chooses a new password', async () => {
    const { id, email } = await person();
    await call('POST', `/v2/users/${id}/password_reset`, { sendLink: {} });
    const mail = await mailTo(email);
    expect(mail.links[0]).toMatch(/^https:\/\/id\.tessera\.test\/ui\/v2\/login\/password\/set\?code=/);
    const newPassword = { password: 'Mailed-pass-1!' };
    await call('POST', `/v2/users/${id}/password`, { newPassword, verificationCode: codeIn(mail) });
    expect((await mailing.tessera.events(id)).at(-1)?.type).toBe('user.password_changed');
  });

  it('accepts an invitation, in the name of the application and in German', async () => {
    const { id, email } = await person({
      profile: { givenName: 'Jörg', familyName: 'Maus', preferredLanguage: 'de-CH' },
    });
    await call('POST', `/v2/users/${id}/invite_code`, { sendCode: { applicationName: 'Käseladen' } });
    const mail = await mailTo(email);
    expect([mail.subject, mail.text.split('\n')[0]]).toEqual([
      'Käseladen: Sie sind eingeladen',
      'Guten Tag Jörg Maus,',
    ]);
    await call('POST', `/v2/users/${id}/invite_code/verify`, { verificationCode: codeIn(mail) });
    expect((await mailing.tessera.user(id)).email.verified).toBe(true);
  });

  it('begins to register a passkey with the id and the code', async () => {
    const { id, email } = await person();
    await call('POST', `/v2/users/${id}/passkeys/registration_link`, { sendLink: {} });
    const mail = await mailTo(email);
    const codeId = new URL(mail.links[0] ?? '').searchParams.get('codeId');
    expect(mail.text).toContain(`Invitation: ${codeId}\n`);
    const code = { id: codeId, code: codeIn(mail) };
    const begun = await call('POST', `/v2/users/${id}/passkeys`, { code, domain: 'id.tessera.test' });
    expect(begun.publicKeyCredentialCreationOptions).toBeDefined();
  });
});

describe('a person who gets a text message', () => {
  it('verifies the phone number, and chooses a new password', async () => {
    // Given
    const { id } = await person();
    const phone = freshPhone();
    await call('POST', `/v2/users/${id}/phone`, { phone, sendCode: {} });
    const codeOf = (text: string | undefined) => /: ([A-Z0-9]{6})$/m.exec(text ?? '')?.[1];
    // When
    const [first] = await mailing.waitForText(phone);
    await call('POST', `/v2/users/${id}/phone/verify`, { verificationCode: codeOf(first?.text) });
    await call('POST', `/v2/users/${id}/password_reset`, { sendLink: { notificationType: 'NOTIFICATION_TYPE_SMS' } });
    const [, second] = await mailing.waitForText(phone, 2);
    const newPassword = { password: 'Texted-pass-1!' };
    await call('POST', `/v2/users/${id}/password`, { newPassword, verificationCode: codeOf(second?.text) });
    // Then
    expect((await mailing.tessera.user(id)).phone).toMatchObject({ value: phone, verified: true });
    expect(first).toMatchObject({
      from: 'Tessera',
      text: expect.stringMatching(/^Acme: code to verify your phone number: /),
    });
    expect(new Set([first?.id, second?.id]).size).toBe(2);
  });
});

describe('a link', () => {
  /** Every call that sends a mail with a link: prepared for somebody, answered with the method, path and body. */
  const CALLS: Readonly<Record<string, (email: string) => Promise<readonly [string, string, object]>>> = {
    AddHumanUser: async (email) => ['POST', '/v2/users/human', newPerson({ email: { email, sendCode: {} } })],
    CreateUser: async (email) => {
      const { organizationId } = await mailing.tessera.user((await person()).id);
      return ['POST', '/v2/users/new', { organizationId, human: newPerson({ email: { email, sendCode: {} } }) }];
    },
    UpdateHumanUser: async (email) => [
      'PUT',
      `/v2/users/human/${(await person()).id}`,
      { email: { email, sendCode: {} } },
    ],
    UpdateUser: async (email) => [
      'PATCH',
      `/v2/users/${(await person()).id}`,
      { human: { email: { email, sendCode: {} } } },
    ],
    SetEmail: async (email) => ['POST', `/v2/users/${(await person()).id}/email`, { email, sendCode: {} }],
    SendEmailCode: async (email) => [
      'POST',
      `/v2/users/${(await person({ email: { email, isVerified: false } })).id}/email/send`,
      {},
    ],
    ResendEmailCode: async (email) => {
      const { id } = await person({ email: { email, returnCode: {} } });
      return ['POST', `/v2/users/${id}/email/resend`, {}];
    },
    PasswordReset: async (email) => [
      'POST',
      `/v2/users/${(await person({ email: { email, isVerified: false } })).id}/password_reset`,
      {},
    ],
    CreateInviteCode: async (email) => [
      'POST',
      `/v2/users/${(await person({ email: { email, isVerified: false } })).id}/invite_code`,
      {},
    ],
    ResendInviteCode: async (email) => {
      const { id } = await person({ email: { email, isVerified: false } });
      await call('POST', `/v2/users/${id}/invite_code`, { returnCode: {} });
      return ['POST', `/v2/users/${id}/invite_code/resend`, {}];
    },
    CreatePasskeyRegistrationLink: async (email) => [
      'POST',
      `/v2/users/${(await person({ email: { email, isVerified: false } })).id}/passkeys/registration_link`,
      {},
    ],
  };
  it.each(Object.keys(CALLS))('of %s leads to the public URL, whatever the caller says of itself', async (name) => {
    const ways = Object.values(poisonedWays(mailing.tessera));
    await Promise.all(
      ways.map(async (send) => {
        // Given
        const email = freshAddress();
        const [method, path, body] = (await CALLS[name]?.(email)) ?? ['', '', {}];
        // When
        const answer = await send(method, path, { headers: ADMIN, body });
        // Then
        expect([answer.status, answer.json]).toEqual([200, expect.anything()]);
        const mail = await mailTo(email);
        expect(mail.links.map((link) => new URL(link).origin)).toEqual([PUBLIC_URL]);
        expect(`${mail.source}${mail.text}${mail.html}`).not.toContain(EVIL);
      }),
    );
    expect(ways).toHaveLength(3);
  });

  it.each(['{{7*7}}', '{{.}}', '{{range .}}', "{{constructor.constructor('return process')()}}", '{{.Secret}}'])(
    'is no program: %s is refused',
    async (action) => {
      const { id, email } = await person();
      const response = await mailing.tessera.send('POST', `/v2/users/${id}/email/send`, {
        headers: ADMIN,
        body: { sendCode: { urlTemplate: `https://app.acme.test/${action}` } },
      });
      expect(response.status).toBe(400);
      expect(mailing.mail.mails.filter(({ envelope }) => envelope.to.includes(email))).toEqual([]);
    },
  );

  it.each(['$\u007b7*7}', '%7B%7B.Code%7D%7D', '[[.Code]]', '{.Code}'])('has %s in it as it is', async (literal) => {
    const { id, email } = await person();
    const urlTemplate = `https://app.acme.test/${literal}?c={{.Code}}`;
    await call('POST', `/v2/users/${id}/email/send`, { sendCode: { urlTemplate } });
    expect((await mailTo(email)).links[0]).toContain(`https://app.acme.test/${literal}?c=`);
  });
});

describe('what people are called', () => {
  it('is text in every mail, and never markup, a header or a template', async () => {
    // Given
    const harmless = await person({ profile: { givenName: 'Minnie', familyName: 'Mouse' } });
    await call('POST', `/v2/users/${harmless.id}/email/send`);
    const expected = await mailTo(harmless.email);
    const headerNames = ({ headers }: ReceivedMail) => headers.map(([name]) => name);
    const tags = ({ html }: ReceivedMail) => tagsOf(html).map((tag) => tag.replace(/href="[^"]*"/, 'href=""'));
    // A name with what reads as a host would be left out.
    const names = PAYLOADS.map((payload) => payload.replaceAll(/(?<=\w\w)\.(?=\w\w)/g, '-'));
    const greeted = names.map(async (payload) => {
      // When
      const profile = { givenName: payload, familyName: payload, nickName: payload, displayName: payload };
      const { id, email } = await person({ profile });
      await call('POST', `/v2/users/${id}/email/send`);
      const mail = await mailTo(email);
      // Then
      expect(mail.text.split('\n')[0]).toBe(`Hello ${payload},`);
      expect(shownText(mail.html)).toContain(`<p>Hello ${payload},</p>`);
      expect(tags(mail)).toEqual(tags(expected));
      expect(headerNames(mail)).toEqual(headerNames(expected));
    });
    expect(await Promise.all(greeted)).toHaveLength(60);
  });
});

describe('an address that is no text', () => {
  const WRONG = [['a@evil.test', 'b@evil.test'], { email: 'a@evil.test' }, 5, true, ['a@evil.test']];

  it.each(WRONG.map((value) => [JSON.stringify(value), value] as const))('%s is 400, and no mail', async (_, value) => {
    // Given
    const { id } = await person();
    const before = mailing.mail.mails.length;
    const bodies: [string, string, object][] = [
      ['POST', '/v2/users/human', newPerson({ email: { email: value, sendCode: {} } })],
      ['PUT', `/v2/users/human/${id}`, { email: { email: value, sendCode: {} } }],
      ['PATCH', `/v2/users/${id}`, { human: { email: { email: value, sendCode: {} } } }],
      ['POST', `/v2/users/${id}/email`, { email: value, sendCode: {} }],
      ['POST', `/v2/users/${id}/phone`, { phone: value, sendCode: {} }],
    ];
    // When
    const answers = await Promise.all(
      bodies.map(([method, path, body]) => mailing.tessera.send(method, path, { headers: ADMIN, body })),
    );
    // Then
    expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 400));
    // What was sent later is there, so these would be.
    const { id: other, email } = await person();
    await call('POST', `/v2/users/${other}/email/send`);
    await mailTo(email);
    expect(mailing.mail.mails).toHaveLength(before + 1);
  });
});
