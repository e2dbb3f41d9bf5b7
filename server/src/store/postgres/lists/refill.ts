import { readUser } from '../../documents.ts';
import { SEARCH_STALE } from '../../settings.ts';
import type { PostgresPool, Session } from '../pool.ts';
import { searchCalls } from '../search-writes.ts';
import { OTHERS } from '../statements.ts';

/** Users in one transaction. */
const AT_ONCE = 2_000;

/**
 * Makes what lists are made from anew where it is stale: after a change of those tables, or of the way they follow from
 * the records. Ended in the middle, it begins again with the next start. Call it under the start lock.
 */
export async function refillSearch(pool: PostgresPool): Promise<void> {
  const { rows } = await pool.query(OTHERS.setting, [SEARCH_STALE]);
  if (rows.length === 0) return;
  await locked(pool, async (session) => {
    await session.pipeline([['TRUNCATE user_search, user_metadata, user_counts']]);
  });
  let filled = 0;
  for (let after: string | null = ''; after !== null; ) {
    const from: string = after;
    after = await locked(pool, async (session) => {
      const [page] = await session.pipeline([[OTHERS.usersBehind, [from, AT_ONCE]]]);
      const users = (page?.rows ?? []).map((row) => readUser(String(row.id), row.document));
      // Who changes a user meanwhile has written the row: it is replaced by what follows from the same record.
      await session.pipeline(searchCalls(users.map((user) => ({ user, isNew: false }))));
      filled += users.length;
      return users.length < AT_ONCE ? null : (users.at(-1)?.id ?? null);
    });
  }
  await locked(pool, async (session) => {
    // Or the first lists would be planned for empty tables.
    if (filled > 0) await session.pipeline([['ANALYZE user_search, user_metadata']]);
    await session.pipeline([[OTHERS.deleteSetting, [SEARCH_STALE]]]);
  });
}

/** A transaction of any length, beside which no batch is under way. */
function locked<T>(pool: PostgresPool, work: (session: Session) => Promise<T>): Promise<T> {
  return pool.longTransaction(async (session) => {
    await session.pipeline([[OTHERS.lockConfiguration]]);
    return work(session);
  });
}
