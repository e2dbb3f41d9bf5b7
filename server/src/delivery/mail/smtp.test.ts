import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { sectionOf, useMailSenders } from '../../../test/support/mail-senders.ts';
import { CODE, codeMessage, composerFor } from '../../../test/support/messages.ts';
import { startMailServer, TLS } from '../../../test/support/smtp.ts';
import type { SmtpTimes } from './smtp.ts';

const { senderWith, serverWith, rawServer } = useMailSenders();
const HASTY: SmtpTimes = { connect: 100, silence: 100, whole: 10_000 };
const IN_ALL: SmtpTimes = { connect: 10_000, silence: 10_000, whole: 250 };

describe('a mail server', () => {
  it.each([
    ['never takes mails to somebody', [550, '5.1.1 No <sam@acme.test>'] as const, 'refused', undefined],
    ['does not take them now', [450, '4.2.0 Later'] as const, 'failed', false],
    ['ends the session', [421, '4.3.2 Closing'] as const, 'failed', true],
  ])('that %s', async (_what, refuse, type, isDown) => {
    const server = await serverWith({ onRecipient: () => refuse });
    const outcome = await senderWith(sectionOf(server.port)).send();
    expect(outcome).toMatchObject({ type, ...(isDown !== undefined && { isDown }) });
    expect(JSON.stringify(outcome)).not.toContain('sam@');
  });

  it('that repeats the mail in its refusal gives nothing away', async () => {
    const server = await serverWith({ onContent: ({ text }) => [554, `5.7.1 ${text.replaceAll(/\s+/g, ' ')}`] });
    const outcome = await senderWith(sectionOf(server.port)).send();
    expect(outcome).toMatchObject({ type: 'refused', answer: expect.stringContaining('554') });
    expect(JSON.stringify(outcome)).not.toContain(CODE);
    expect(JSON.stringify(outcome)).not.toContain('://');
  });

  it('that is not there is down', async () => {
    const server = await startMailServer();
    await server.close();
    const outcome = await senderWith(sectionOf(server.port)).send();
    expect(outcome).toEqual({ type: 'failed', answer: 'no answer (ECONNREFUSED)', isDown: true });
  });

  it('that says nothing is down', async () => {
    const port = await rawServer(() => {});
    const outcome = await senderWith(sectionOf(port), composerFor(), HASTY).send();
    expect(outcome).toMatchObject({ type: 'failed', isDown: true });
  });

  it('that goes on letter by letter, and never comes to an end, is down', async () => {
    // Given
    const port = await rawServer((socket) => {
      socket.write('220 here\r\n');
      socket.once('data', () => {
        socket.write('250 go on\r\n');
        const timer = setInterval(() => socket.write('2'), 50);
        socket.on('close', () => clearInterval(timer));
      });
    });
    // Then
    const outcome = await senderWith(sectionOf(port), composerFor(), IN_ALL).send();
    expect(outcome).toEqual({ type: 'failed', answer: 'no answer in time', isDown: true });
  });

  it('is waited for no longer when Tessera stops', async () => {
    const stopping = new AbortController();
    const port = await rawServer(() => stopping.abort());
    const outcome = await senderWith(sectionOf(port)).send(codeMessage(), {}, stopping.signal);
    expect(outcome).toEqual({ type: 'failed', answer: 'the server stops', isDown: false });
  });
});

describe('an encrypted connection', () => {
  const trusted = getCACertificates('default');
  const encrypted = { ...TLS, disabledCommands: [], authOptional: true };
  afterEach(() => setDefaultCACertificates(trusted));

  it.each([
    ['starttls', {}],
    ['implicit', { secure: true }],
  ] as const)('is made by %s with a server that proves who it is, for the password too', async (tls, options) => {
    // Given
    setDefaultCACertificates([...trusted, TLS.cert.toString()]);
    const server = await serverWith({
      ...encrypted,
      ...options,
      onAuth({ username, password }, session, done) {
        const isRight = session.secure && username === 'tessera' && password === 'open password';
        done(isRight ? null : new Error('wrong'), { user: username });
      },
    });
    const section = sectionOf(server.port, { tls, host: 'localhost', user: 'tessera', sealedPassword: 'password' });
    // Then
    expect(await senderWith(section).send()).toEqual({ type: 'delivered' });
    expect(server.mails).toMatchObject([{ wasEncrypted: true, user: 'tessera' }]);
  });

  it.each([
    ['starttls', {}],
    ['implicit', { secure: true }],
  ] as const)('by %s is not made with a server whose certificate nobody vouches for', async (tls, options) => {
    const server = await serverWith({ ...encrypted, ...options });
    const outcome = await senderWith(sectionOf(server.port, { tls, host: 'localhost' })).send();
    expect(outcome).toMatchObject({ type: 'failed', isDown: true });
    expect(server.mails).toEqual([]);
  });

  it('is insisted upon', async () => {
    const server = await serverWith();
    const outcome = await senderWith(sectionOf(server.port, { tls: 'starttls' })).send();
    expect(outcome).toMatchObject({ type: 'failed', isDown: true });
    expect(server.mails).toEqual([]);
  });

  it('with a wrong password is no fault of the mail', async () => {
    setDefaultCACertificates([...trusted, TLS.cert.toString()]);
    const server = await serverWith({ ...encrypted, onAuth: (_auth, _session, done) => done(new Error('wrong')) });
    const section = sectionOf(server.port, { tls: 'starttls', host: 'localhost', user: 'x', sealedPassword: 'y' });
    const outcome = await senderWith(section).send();
    expect(outcome).toMatchObject({ type: 'failed', isDown: true, answer: expect.stringContaining('535') });
    expect(JSON.stringify(outcome)).not.toContain('open y');
  });
});
