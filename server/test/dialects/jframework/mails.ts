import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecrets } from '../../../src/crypto/secrets.ts';
import { withRows } from '../../support/rows.ts';
import type { Tessera } from '../../support/tessera.ts';

/** A message that waits to be sent. */
export interface Mail {
  readonly kind: string;
  readonly channel: string;
  readonly to: string;
  readonly sealedCode: string;
  readonly urlTemplate: string;
}

/** The messages that wait to be sent to a user, oldest first. */
export function mailsTo({ database }: Pick<Tessera, 'database'>, id: string): Promise<Mail[]> {
  return withRows(database, async ({ query }) => {
    const rows = await query('SELECT message FROM outbox WHERE user_id = $1 ORDER BY id', [id]);
    return rows.map(({ message }) => JSON.parse(String(message)) as Mail);
  });
}

/** What the link of a mail will carry in the place of the code. */
export function tokenIn({ dataDir }: Pick<Tessera, 'dataDir'>, mail: Mail | undefined): string {
  if (mail === undefined) throw new Error('there is no such mail');
  const key = Buffer.from(readFileSync(join(dataDir, 'instance.key'), 'utf8'), 'base64');
  return createSecrets(key).open(mail.sealedCode);
}

/** The token of the latest mail to a user. */
export async function latestToken(tessera: Pick<Tessera, 'database' | 'dataDir'>, id: string): Promise<string> {
  return tokenIn(tessera, (await mailsTo(tessera, id)).at(-1));
}
