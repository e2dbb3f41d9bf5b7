import { type Beside, otherVersion } from '../beside.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import { StoreRefused } from '../refused.ts';
import { readConfiguration } from './configuration.ts';
import { reasonOf, refuseUnfinishedCopy } from './index.ts';
import { checkServer, SCHEMA } from './migrate.ts';
import { PostgresOutbox } from './outbox.ts';
import { type PostgresConfig, PostgresPool } from './pool.ts';
import { OTHERS } from './statements.ts';

/**
 * Opens the database of an instance for a command, also while servers run on it.
 *
 * @throws StoreRefused one sentence for the operator
 */
export async function openPostgresBeside(config: PostgresConfig): Promise<Beside> {
  // Whoever uses a broken connection is told; nobody else needs to be.
  const pool = new PostgresPool(config, { warn: () => {}, info: () => {} });
  try {
    await checkServer(pool);
    await refuseUnfinishedCopy(pool);
    const { rows } = await pool.query("SELECT to_regclass('settings') IS NOT NULL AS is_there");
    const [schema] = rows[0]?.is_there === true ? (await pool.query(OTHERS.setting, [SCHEMA])).rows : [];
    if (Number(schema?.value) !== MIGRATIONS.length) throw otherVersion('the database');
    return {
      outbox: new PostgresOutbox(pool),
      configuration: () => readConfiguration(pool),
      close: () => pool.close(),
    };
  } catch (error) {
    await pool.close();
    if (error instanceof StoreRefused) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new StoreRefused(`cannot use the database: ${reasonOf(cause)}`, error);
  }
}
