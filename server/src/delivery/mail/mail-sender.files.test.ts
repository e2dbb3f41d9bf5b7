import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NOW } from '../../../test/support/given.ts';
import { useMailSenders } from '../../../test/support/mail-senders.ts';
import { CODE, codeMessage, notice } from '../../../test/support/messages.ts';
import { headerOf, readMail } from '../../../test/support/read-mail.ts';

const { bench, senderWith } = useMailSenders();

describe('without a mail server', () => {
  const mails = () => readdirSync(join(bench.dataDir, 'mail'));

  it('mails are files that nobody else may read, in the order of the changes', async () => {
    // Given
    const { send } = senderWith(null);
    // When
    expect(await send(codeMessage(), { id: 10, createdAt: NOW + 1 })).toEqual({ type: 'delivered' });
    await send(notice('user_locked'), { id: 11, createdAt: NOW + 1 });
    await send(codeMessage({ kind: 'reset_password' }), { id: 9 });
    await send(codeMessage({ kind: 'reset_password' }), { id: 9, attempts: 1 });
    // Then
    expect(mails()).toEqual([
      '2026-01-15T12-00-00.000Z-000000000009-reset_password.eml',
      '2026-01-15T12-00-00.001Z-000000000010-verify_email.eml',
      '2026-01-15T12-00-00.001Z-000000000011-user_locked.eml',
    ]);
    const [first = ''] = mails();
    const file = join(bench.dataDir, 'mail', first);
    expect([statSync(file).mode & 0o777, statSync(join(bench.dataDir, 'mail')).mode & 0o777]).toEqual([0o600, 0o700]);
    const mail = readMail(readFileSync(file));
    expect(headerOf(mail, 'to')).toBe('<sam@acme.test>');
    expect(mail.text).toContain(CODE);
  });

  it('the log says where each is, and nothing of what it says', async () => {
    await senderWith(null).send();
    const file = join(bench.dataDir, 'mail', mails()[0] ?? '');
    const notice = 'no mail server is configured: the mail is in a file';
    expect(bench.logged).toEqual([[{ kind: 'verify_email', file }, notice]]);
  });

  it('a folder that cannot be written keeps them waiting', async () => {
    // A file where the folder should be
    writeFileSync(join(bench.dataDir, 'mail'), '');
    const outcome = await senderWith(null).send();
    expect(outcome).toMatchObject({ type: 'failed', isDown: true, answer: expect.stringContaining('EEXIST') });
  });
});
