import type { Configuration, ConfigurationChange } from '../../app/ports/store.ts';
import type { User } from '../../core/user/user.ts';
import { readUser } from '../documents.ts';
import { CLASHES_SHOWN, INSTANCE, REVISION } from '../settings.ts';
import type { PostgresPool, Session } from './pool.ts';
import { OTHERS } from './statements.ts';
import { answerCalls } from './writes.ts';

/** Records read at once while claims are derived anew. */
const PAGE = 2_000;

export async function readConfiguration(pool: PostgresPool): Promise<Configuration> {
  // In one transaction that sees one state, so that the number fits what it numbers.
  const [, organizations, settings] = await pool.use((session) =>
    session.pipeline([
      ['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'],
      [OTHERS.organizations],
      [OTHERS.settings, [[REVISION, INSTANCE]]],
      ['COMMIT'],
    ]),
  );
  const values = new Map<string, string>(settings?.rows.map((row) => [row.name, row.value]));
  return {
    revision: Number(values.get(REVISION) ?? 0),
    organizations: (organizations?.rows ?? []).map((row) => ({ id: row.id, settings: row.settings })),
    instance: values.get(INSTANCE) ?? null,
  };
}

/**
 * Changes the configuration, unless two users would hold the same claim. No batch is under way meanwhile.
 *
 * @returns up to ten such claims; `null` under another configuration than the expected one
 */
export async function writeConfiguration(pool: PostgresPool, change: ConfigurationChange): Promise<string[] | null> {
  const { organizations, instance, claimsOf, expectedRevision, asker, answer } = change;
  return pool.longTransaction(async (session) => {
    await session.pipeline([[OTHERS.lockConfiguration]]);
    // Read after the lock, by a statement of its own: what stands now stands until the commit.
    const [found] = await session.pipeline([[OTHERS.setting, [REVISION]]]);
    const revision = Number(found?.rows[0]?.value ?? 0);
    if (revision !== (expectedRevision ?? revision)) return null;
    if (asker !== undefined) {
      const [row] = await session.pipeline([[OTHERS.sequence, [asker.userId]]]);
      if (Number(row?.rows[0]?.sequence) !== asker.sequence) return null;
    }
    const clashes = claimsOf === undefined ? [] : await deriveClaims(session, claimsOf);
    // The tables are as they were; what is committed is nothing.
    if (clashes.length > 0) return clashes;
    await session.pipeline([
      [OTHERS.saveOrganizations, [organizations.map(({ id }) => id), organizations.map(({ settings }) => settings)]],
      [OTHERS.increment, [REVISION]],
    ]);
    if (instance !== undefined) await session.pipeline([[OTHERS.saveSetting, [INSTANCE, instance]]]);
    if (answer !== undefined) await session.pipeline(answerCalls(answer));
    return [];
  });
}

async function deriveClaims(session: Session, claimsOf: (user: User) => readonly string[]): Promise<string[]> {
  await session.pipeline([
    ['SET LOCAL enable_seqscan = on'],
    ['CREATE TEMPORARY TABLE new_claims (key text COLLATE "C", user_id text COLLATE "C") ON COMMIT DROP'],
  ]);
  for (let after = ''; ; ) {
    const [page] = await session.pipeline([
      [`SELECT id, document FROM users WHERE id > $1 ORDER BY id LIMIT ${PAGE}`, [after]],
    ]);
    const rows = page?.rows ?? [];
    const claims = rows.flatMap((row) =>
      [...new Set(claimsOf(readUser(row.id, row.document)))].map((key) => [key, row.id]),
    );
    await session.pipeline([
      [
        'INSERT INTO new_claims SELECT * FROM unnest($1::text[], $2::text[])',
        [claims.map(([key]) => key), claims.map(([, id]) => id)],
      ],
    ]);
    if (rows.length < PAGE) break;
    after = rows.at(-1).id;
  }
  const [clashes] = await session.pipeline([
    [`SELECT key FROM new_claims GROUP BY key HAVING count(*) > 1 LIMIT ${CLASHES_SHOWN}`],
  ]);
  const keys = (clashes?.rows ?? []).map((row) => String(row.key));
  if (keys.length > 0) return keys;
  // Only what differs, as most claims stay whatever changes.
  await session.pipeline([
    ['ANALYZE new_claims'],
    [
      `DELETE FROM claims AS c
       WHERE NOT EXISTS (SELECT FROM new_claims AS n WHERE n.key = c.key AND n.user_id = c.user_id)`,
    ],
    [
      `INSERT INTO claims (key, user_id)
       SELECT key, user_id FROM new_claims AS n WHERE NOT EXISTS (SELECT FROM claims AS c WHERE c.key = n.key)`,
    ],
  ]);
  return [];
}

/** Settings, some of them removed. */
export async function writeSettings(pool: PostgresPool, values: ReadonlyMap<string, string | null>): Promise<void> {
  await pool.use((session) =>
    session.pipeline([
      ['BEGIN'],
      ...[...values].map(([name, value]) =>
        value === null ? ([OTHERS.deleteSetting, [name]] as const) : ([OTHERS.saveSetting, [name, value]] as const),
      ),
      ['COMMIT'],
    ]),
  );
}
