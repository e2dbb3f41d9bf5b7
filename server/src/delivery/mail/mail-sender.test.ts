import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NOW } from '../../../test/support/given.ts';
import { type OpenSender, sectionOf, useMailSenders } from '../../../test/support/mail-senders.ts';
import { CODE, codeMessage, composerFor, person } from '../../../test/support/messages.ts';
import { headerOf } from '../../../test/support/read-mail.ts';
import { type MailServer, startMailServer } from '../../../test/support/smtp.ts';
import { StoreUnavailable } from '../../app/ports/store.ts';

const { bench, senderWith, serverWith } = useMailSenders();

describe('a mail', () => {
  // Real servers take their time to greet, so these share one.
  let server: MailServer;
  let shared: OpenSender;
  beforeAll(async () => {
    server = await startMailServer();
    shared = senderWith(sectionOf(server.port));
  });
  beforeEach(() => {
    server.mails.length = 0;
  });
  afterAll(async () => {
    shared.sender.close();
    await server.close();
  });

  it('goes from the configured address to the stored one, in the name of the organization', async () => {
    // Given
    const { send } = senderWith(sectionOf(server.port, { replyTo: 'help@tessera.test' }));
    // When
    expect(await send()).toEqual({ type: 'delivered' });
    // Then
    const [mail] = server.mails;
    if (mail === undefined) throw new Error('no mail came');
    expect(mail.envelope).toEqual({ from: 'no-reply@tessera.test', to: ['sam@acme.test'] });
    expect(headerOf(mail, 'from')).toBe('Acme <no-reply@tessera.test>');
    expect(headerOf(mail, 'to')).toBe('<sam@acme.test>');
    expect(headerOf(mail, 'reply-to')).toBe('help@tessera.test');
    expect(headerOf(mail, 'auto-submitted')).toBe('auto-generated');
    expect(headerOf(mail, 'date')).toBe(new Date(NOW).toUTCString().replace('GMT', '+0000'));
    expect(mail.subject).toBe('Acme: verify your e-mail address');
    expect(mail.text).toContain(`Code: ${CODE}`);
    expect(mail.html).toContain(`>${CODE}<`);
  });

  it.each([
    'Sam.Sample+tag@Acme.TEST',
    'jürgen@acme.test',
    "o'neill@acme.test",
    // Host names that read as numbers, which the library would make another host's address of
    'sam@1.0x7f',
    'sam@0x7f000001.com.0xa',
  ])('goes to %s letter for letter', async (to) => {
    expect(await shared.send(codeMessage({ to }))).toEqual({ type: 'delivered' });
    expect(server.mails.map(({ envelope }) => envelope.to)).toEqual([[to]]);
    expect(server.mails.map((mail) => headerOf(mail, 'to'))).toEqual([`<${to}>`]);
  });

  it.each([
    ['Ann <ann@acme.test>', 'ann@acme.test'],
    ['ann@acme.test (x@evil.test)', 'ann@acme.test'],
    ['"x@evil.test" <ann@acme.test>', 'ann@acme.test'],
  ])('goes to the only address in %s', async (stored, to) => {
    await shared.send(codeMessage({ to: stored }));
    expect(server.mails.map(({ envelope }) => envelope.to)).toEqual([[to]]);
  });

  it.each(['sam', 'a@acme.test, b@evil.test', 'a@acme.test\r\nRCPT TO:<b@evil.test>', 'a@b@acme.test', '', '+1202'])(
    'goes nowhere when %j is stored, which is no address',
    async (to) => {
      const outcome = await shared.send(codeMessage({ to }));
      expect(outcome).toEqual({ type: 'refused', answer: 'the recipient is no e-mail address', untried: true });
      expect(server.mails).toEqual([]);
    },
  );

  it('has no header that a name could add', async () => {
    // Given
    const hostile = 'Acme\r\nBcc: x@evil\r\n\r\n<b>body</b>\u2028" <x@evil>, "';
    const user = person({ displayName: hostile });
    const { send } = senderWith(sectionOf(server.port), composerFor(user, { organizationName: () => hostile }));
    const names = (mail: { readonly headers: readonly (readonly [string, string])[] } | undefined) =>
      mail?.headers.map(([name]) => name);
    // When
    await send();
    await shared.send();
    await senderWith(sectionOf(server.port, { fromName: hostile })).send();
    // Then
    const [mail, harmless, named] = server.mails;
    expect(names(mail)).toEqual(names(harmless));
    expect(names(named)).toEqual(names(harmless));
    expect(server.mails.map(({ envelope }) => envelope.to)).toEqual(Array(3).fill(['sam@acme.test']));
    for (const one of [mail, named]) {
      expect(one && headerOf(one, 'from')).toMatch(/^"Acme Bcc: .*" <no-reply@tessera\.test>$/);
    }
    expect(mail?.text.split('\n')[0]).toBe('Hello Acme Bcc: x@evil <b>body</b> " <x@evil>, ",');
  });

  it('is known again by its id, whichever try it is', async () => {
    await shared.send();
    await shared.send(codeMessage(), { attempts: 3 });
    await shared.send(codeMessage(), { id: 8 });
    const [first, again, other] = server.mails.map((mail) => headerOf(mail, 'message-id'));
    expect(first).toMatch(/^<[\w-]{32}@tessera\.test>$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('goes over a connection that is kept, until the settings change', async () => {
    // Given
    const [first, second] = [await serverWith(), await serverWith()];
    const { send, settings } = senderWith(sectionOf(first.port));
    // When
    for (const id of [1, 2, 3]) await send(codeMessage(), { id });
    settings.section = { ...sectionOf(first.port) };
    await send(codeMessage(), { id: 4 });
    settings.section = sectionOf(second.port);
    await send(codeMessage(), { id: 5 });
    // Then
    expect([first.mails.length, first.connections()]).toEqual([4, 1]);
    expect([second.mails.length, second.connections()]).toEqual([1, 1]);
  });

  it('goes over a new connection when the server has ended the one before', async () => {
    // Given
    const first = await serverWith();
    const { send } = senderWith(sectionOf(first.port));
    await send();
    // When
    await first.close();
    const next = await serverWith({ port: first.port });
    // Then
    expect(await send()).toEqual({ type: 'delivered' });
    expect(next.mails).toHaveLength(1);
  });
});

describe('an answer that names the recipient', () => {
  it.each([
    ['samsample@acme.test', 'Mailbox samsample is unknown', 'RCPT TO: 550 Mailbox ... is unknown'],
    ['samsample@acme.test', 'No <samsample@acme.test> here', 'RCPT TO: 550 No ... here'],
  ])('%s is kept without it: %s', async (to, text, answer) => {
    const server = await serverWith({ onRecipient: () => [550, text] });
    const outcome = await senderWith(sectionOf(server.port)).send(codeMessage({ to }));
    expect(outcome).toEqual({ type: 'refused', answer });
  });
});

describe('a message that cannot be composed', () => {
  it('is refused when it never can', async () => {
    const server = await serverWith();
    const outcome = await senderWith(sectionOf(server.port), composerFor(null)).send();
    expect(outcome).toEqual({ type: 'refused', answer: 'the user is deleted', untried: true });
    expect(server.connections()).toBe(0);
  });

  it('waits for the database', async () => {
    const composer = composerFor(null, { user: () => Promise.reject(new StoreUnavailable('gone', null)) });
    expect(await senderWith(null, composer).send()).toMatchObject({ type: 'failed', isDown: true });
  });

  it('for a fault of ours is tried again, and the log says why but not what', async () => {
    const outcome = await senderWith(null).send(codeMessage({ sealedCode: 'other' }));
    expect(outcome).toMatchObject({ type: 'failed', isDown: false, untried: true });
    expect(bench.logged).toHaveLength(1);
    expect(bench.logged[0]?.[1]).toBe('a message could not be put into words');
  });
});
