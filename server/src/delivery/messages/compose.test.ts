import { describe, expect, it } from 'vitest';
import { NOW } from '../../../test/support/given.ts';
import { CODE, codeMessage, composerFor, notice, PUBLIC_URL, person } from '../../../test/support/messages.ts';
import type { Message } from '../../core/user/commands.ts';
import type { Composer, Note } from './compose.ts';
import { WORDINGS } from './languages/index.ts';

const KINDS = [
  'verify_email',
  'verify_phone',
  'reset_password',
  'invite_user',
  'register_passkey',
  'sign_in_code',
  'sign_in_link',
] as const;
const NOTICES = ['user_activated', 'user_deactivated', 'user_locked', 'user_suspended'] as const;

async function noteBy(composer: Composer, message: Message): Promise<Note> {
  const note = await composer.compose(message);
  if ('refused' in note) throw new Error(note.refused);
  return note;
}

describe('the words of a message', () => {
  it.each([...WORDINGS.keys()].flatMap((language) => [...KINDS, ...NOTICES].map((kind) => [language, kind] as const)))(
    'are there in %s for %s, and name the organization',
    async (language, kind) => {
      // Given
      const composer = composerFor(person({ preferredLanguage: language }));
      const isNotice = (NOTICES as readonly string[]).includes(kind);
      // When
      const message = isNotice
        ? notice(kind as (typeof NOTICES)[number])
        : codeMessage({ kind: kind as 'verify_email' });
      const note = await noteBy(composer, message);
      // Then
      for (const words of [note.subject, note.body]) expect(words).toContain('Acme');
      for (const words of [note.greeting, note.closing, note.short]) expect(words.length).toBeGreaterThan(5);
      expect(note.subject).not.toContain(CODE);
      expect([note.until !== null, note.codes.length > 0]).toEqual([!isNotice, !isNotice]);
    },
  );

  it.each([
    [null, 'en-GB', 'Hello Sam Sample,', '15 January 2026 at 13:00 UTC'],
    ['de', 'de', 'Guten Tag Sam Sample,', '15. Januar 2026 um 13:00 UTC'],
    ['de-CH', 'de-CH', 'Guten Tag Sam Sample,', '15. Januar 2026 um 13:00 UTC'],
    ['en-US', 'en-US', 'Hello Sam Sample,', 'January 15, 2026 at 01:00 PM UTC'],
    ['fr', 'en-GB', 'Hello Sam Sample,', '15 January 2026 at 13:00 UTC'],
    ['und', 'en-GB', 'Hello Sam Sample,', '15 January 2026 at 13:00 UTC'],
    ['deu-x-y', 'en-GB', 'Hello Sam Sample,', '15 January 2026 at 13:00 UTC'],
  ])('are in the language of the user, %s', async (preferredLanguage, language, greeting, time) => {
    const note = await noteBy(composerFor(person({ preferredLanguage })), codeMessage());
    expect(note).toMatchObject({ language, greeting });
    expect(note.until).toContain(time);
  });

  it.each([
    ['Europe/Berlin', '14:00 CET'],
    ['TimeZone_ID', '13:00 UTC'],
  ])('tell the time in %s', async (timeZone, time) => {
    const note = await noteBy(composerFor(person({ timeZone })), codeMessage());
    expect(note.until).toContain(time);
  });

  it.each([
    [{ displayName: 'Sammy' }, 'Hello Sammy,'],
    [{ givenName: 'Sam', familyName: null }, 'Hello Sam,'],
    [{ givenName: null, familyName: null }, 'Hello,'],
    [{ displayName: ' \r\n ' }, 'Hello Sam Sample,'],
    [{ displayName: 'Sam\r\nBcc: x@evil\u2028y\u202eabc\u0000' }, 'Hello Sam Bcc: x@evil y abc,'],
    [{ displayName: 'You won, see https://evil.test' }, 'Hello,'],
    [{ displayName: 'See WWW.evil.test' }, 'Hello,'],
  ])('greet by the name in %j, in one line', async (profile, greeting) => {
    expect(await noteBy(composerFor(person(profile)), codeMessage())).toMatchObject({ greeting });
  });

  it.each([
    'evil.example/win',
    'evil.example',
    'http:evil',
    'HTTPS:evil',
    'You won: Evil.Com!',
    'Go to evil.com.',
    'see (evil.co.uk), now',
    'evil.example:8080',
    'evil.example?x',
    'evil.example#x',
    'a.b.c-d.example now',
    't.co/win',
    '7.example',
    'b\u00fccher.example',
    'evil.xn--p1ai',
    'sam@evil.test',
  ])('do not greet by %s, of which mail programs make a link', async (displayName) => {
    expect((await noteBy(composerFor(person({ displayName })), codeMessage())).greeting).toBe('Hello,');
  });

  it.each([
    'J.R. Smith',
    'J. R. Smith',
    'St. John',
    'Dr. No',
    'O.K.',
    'J.R.R.Tolkien',
    'J.Smith',
    'Sam Sample jr.',
    'Dr. med. Sam Sample, M.D., Ph.D.',
    'Dipl.-Ing. Sam Sample',
    'Sam 2.0',
    'Ann-Marie O\u2019Neill',
    'Sam: Sample',
    'Http Smith',
  ])('greet by %s', async (displayName) => {
    expect((await noteBy(composerFor(person({ displayName })), codeMessage())).greeting).toBe(`Hello ${displayName},`);
  });

  it('of an invitation name the application it is for', async () => {
    const note = await noteBy(composerFor(), codeMessage({ kind: 'invite_user', applicationName: 'Shop\r\nX: y' }));
    expect(note).toMatchObject({ sender: 'Shop X: y', subject: 'Shop X: y: you are invited' });
  });
});

describe('what a message needs to be of use', () => {
  it('is its code, typed or in a link', async () => {
    const note = await noteBy(composerFor(), codeMessage());
    const url = `${PUBLIC_URL}/ui/v2/login/verify?code=${CODE}&userId=400000000000000001&organization=org-a`;
    expect(note).toMatchObject({ link: { url }, codes: [{ value: CODE }], secret: CODE });
  });

  it('is the link alone where it carries the code', async () => {
    const note = await noteBy(composerFor(), codeMessage({ urlTemplate: 'https://app.test/?c={{.Code}}' }));
    expect(note).toMatchObject({ link: { url: `https://app.test/?c=${CODE}` }, codes: [], secret: CODE });
  });

  it('is the code as well where the link leads to a page that asks for it', async () => {
    const note = await noteBy(composerFor(), codeMessage({ urlTemplate: 'https://app.test/{{.UserID}}' }));
    expect(note).toMatchObject({ link: { url: 'https://app.test/400000000000000001' }, codes: [{ value: CODE }] });
  });

  it('is the id of the invitation besides, where a passkey is registered by an id and a code', async () => {
    const note = await noteBy(composerFor(), codeMessage({ kind: 'register_passkey', codeId: '55' }));
    expect(note.codes.map(({ value }) => value)).toEqual(['55', CODE]);
    expect(note.link?.url).toContain('codeId=55&');
  });

  it('is the code alone where there are no login pages', async () => {
    const linkBase = () => ({ publicUrl: PUBLIC_URL, hasLoginPages: false });
    const note = await noteBy(composerFor(person(), { linkBase }), codeMessage());
    expect(note).toMatchObject({ link: null, codes: [{ value: CODE }] });
  });
});

describe('a message that is not sent', () => {
  it.each([
    ['has expired', composerFor(), codeMessage({ expiresAt: NOW }), 'expired'],
    ['is to a user who is not there', composerFor(null), codeMessage(), 'the user is deleted'],
    [
      'is to a deleted user',
      composerFor(person({}, { state: 'deleted' })),
      notice('user_locked'),
      'the user is deleted',
    ],
  ])('%s', async (_what, composer, message, refused) => {
    expect(await composer.compose(message)).toEqual({ refused });
  });

  it('is sent until the last millisecond', async () => {
    expect(await composerFor().compose(codeMessage({ expiresAt: NOW + 1 }))).toHaveProperty('subject');
  });

  it('cannot be opened under another key', async () => {
    await expect(composerFor().compose(codeMessage({ sealedCode: 'other' }))).rejects.toThrow('not sealed');
  });
});
