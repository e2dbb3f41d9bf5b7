import type { Contents } from '../support/checker.ts';
import { DIALECT_NAMES, type DialectClient, type DialectName, somebody } from '../support/clients.ts';

export type Style = DialectName | 'avibra-v1';
export const STYLES: readonly Style[] = [...DIALECT_NAMES, 'avibra-v1'];

/** One write with a mark that nothing else has, sent under a key of its own. */
export interface Write {
  readonly style: Style;
  readonly userId: string;
  readonly mark: string;
  outcome: 'sent' | 'acknowledged' | 'unknown' | 'refused';
}

/** One user for each style. */
export async function createUsers(client: DialectClient): Promise<string[]> {
  const created = await Promise.all(STYLES.map(() => client.create(somebody())));
  return created.map(({ id, response }) => {
    if (id === undefined) throw new Error(`a user could not be created: ${response.text}`);
    return id;
  });
}

/** Sends a write, for the first time or again, and notes how it ended. */
export async function perform(clients: Record<DialectName, DialectClient>, write: Write): Promise<void> {
  const { style, userId, mark } = write;
  const headers = { 'idempotency-key': mark, ...(style === 'avibra-v1' ? { version: 'v1' } : {}) };
  try {
    const client = clients[style === 'avibra-v1' ? 'avibra' : style];
    const { status } = await client.update(userId, { givenName: mark, familyName: 'Mouse' }, headers);
    write.outcome = status === 200 ? 'acknowledged' : status >= 500 ? 'unknown' : 'refused';
  } catch {
    write.outcome = 'unknown';
  }
}

/** Whatever is wrong: with the writes as their clients know them, or in the database itself. */
export function judge(writes: readonly Write[], { events, findings }: Contents): string[] {
  const seen = new Map<string, number>();
  for (const event of [...events.values()].flat()) {
    const mark = event.changes['profile.givenName']?.after;
    if (typeof mark === 'string') seen.set(mark, (seen.get(mark) ?? 0) + 1);
  }
  const wrong = writes.flatMap(({ style, mark, outcome }) => {
    const times = seen.get(mark) ?? 0;
    if (outcome === 'acknowledged' && times !== 1)
      return [`${mark} (${style}) was acknowledged and is there ${times} times`];
    if (outcome === 'refused') return [`${mark} (${style}) was refused`];
    return outcome === 'unknown' && times > 1 ? [`${mark} (${style}) is there ${times} times`] : [];
  });
  return [...findings, ...wrong];
}
