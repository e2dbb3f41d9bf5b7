import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/logger.ts';
import { ADMIN, addUser, zitadelSetup } from '../dialects/zitadel/support.ts';
import { isStored } from '../support/at-rest.ts';
import { readMail } from '../support/read-mail.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';

const PASSWORD = 'canary-smtp-password';
const AUTHORIZATION = 'Bearer canary-sms-authorization';

let tessera: Tessera;
let log = '';
const sink = {
  write(line: string) {
    log += line;
  },
};
const logger = createLogger({ level: 'trace' }, sink);
beforeAll(async () => {
  tessera = await startTessera(zitadelSetup(), { logger, senders: undefined });
});
afterAll(() => tessera.stop());

/** The only file of a folder in a data folder, once the log has named it. */
async function fileIn(folder: string, { dataDir } = tessera): Promise<string> {
  const path = join(dataDir, folder);
  const named = () => new RegExp(`"file":"(${path}/[^"]*)"`).exec(log)?.[1];
  while (named() === undefined) await sleep(10);
  expect(readdirSync(path).map((name) => join(path, name))).toEqual([named()]);
  return named() ?? '';
}

describe('a server without any settings for messages', () => {
  it('writes mails to files, whose codes are good, and tells the log where they are and nothing else', async () => {
    // Given
    const person = { givenName: 'Canarigiven', familyName: 'Canarifamily' };
    const email = 'canarimail@canaridomain.test';
    const id = await addUser(tessera, { profile: person, email: { email, sendCode: {} } });
    // When
    const file = await fileIn('mail');
    const mail = readMail(readFileSync(file));
    const code = /^Code: (\S+)$/m.exec(mail.text)?.[1] ?? '';
    const verified = await tessera.send('POST', `/v2/users/${id}/email/verify`, {
      headers: ADMIN,
      body: { verificationCode: code },
    });
    // Then
    expect(verified.status, verified.text).toBe(200);
    expect(mail.links.map((link) => new URL(link).origin)).toEqual([tessera.url]);
    expect(log).not.toContain(code);
    expect(log).not.toMatch(/canari/i);
    expect(await isStored(tessera.database, code)).toBe(false);
  });

  it('writes text messages to files', async () => {
    const id = await addUser(tessera);
    const phone = '+12025550199';
    await tessera.send('POST', `/v2/users/${id}/phone`, { headers: ADMIN, body: { phone, sendCode: {} } });
    const file = await fileIn('sms');
    const { to, text } = JSON.parse(readFileSync(file, 'utf8'));
    const code = /: ([A-Z0-9]{6})$/m.exec(text)?.[1] ?? '';
    expect(to).toBe(phone);
    expect(code).not.toBe('');
    for (const secret of [code, phone, phone.slice(1)]) expect(log).not.toContain(secret);
  });
});

describe('settings for messages', () => {
  it('may say that there are no login pages: then mails have no link to them', async () => {
    const setup = zitadelSetup();
    setup.instance.zitadel = { omitDefaultLinks: true };
    const other = await startTessera(setup, { logger, senders: undefined });
    await addUser(other, { email: { email: 'linkless@mouse.test', sendCode: {} } });
    const mail = readMail(readFileSync(await fileIn('mail', other)));
    expect([mail.links, mail.text]).toEqual([[], expect.stringMatching(/^Code: [A-Z0-9]{6}$/m)]);
    await other.stop();
  });

  it('are kept with their secrets sealed, and are no change when nothing in them changes', async () => {
    // Given
    const setup = zitadelSetup();
    const mail = { host: 'localhost', port: 9, user: 'x', password: PASSWORD, from: 'a@b.test' };
    setup.instance.mail = mail;
    setup.instance.sms = { url: 'https://sms.test/', authorization: AUTHORIZATION };
    const other = await startTessera(setup);
    const { revision } = await other.store.state();
    // When
    await other.restart();
    // Then
    expect((await other.store.state()).revision).toBe(revision);
    expect(await isStored(other.database, 'sms.test')).toBe(true);
    expect(await isStored(other.database, PASSWORD)).toBe(false);
    expect(await isStored(other.database, AUTHORIZATION)).toBe(false);
    await other.stop();
  });
});
