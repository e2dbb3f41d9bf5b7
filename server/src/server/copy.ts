import type { CopyOptions } from '../config/copy-options.ts';
import type { Database } from '../config/option-values.ts';
import { postgresConfig } from '../config/postgres.ts';
import {
  copyInstance,
  openPostgresSource,
  openPostgresTarget,
  openSqliteSource,
  openSqliteTarget,
  type PageSize,
  type Source,
  type CopyOptions as Steps,
  type TableDigest,
  type Target,
} from '../store/copy/index.ts';

export { CopyDiffers, CopyStopped, type Step, type TableDigest } from '../store/copy/index.ts';
export { StoreRefused } from '../store/refused.ts';

export interface CopyParts extends Steps {
  /** What is read and written at once; a few thousand rows unless given. */
  readonly pageSize?: PageSize;
}

/**
 * Copies the instance in one database to another, and compares them.
 *
 * @throws ConfigError, StoreRefused one sentence for the operator, before anything was written
 * @throws CopyStopped, CopyDiffers and whatever the databases throw; the target is marked as an unfinished copy then
 */
export async function copyDatabase({ from, to }: CopyOptions, parts: CopyParts): Promise<readonly TableDigest[]> {
  const source = await openSource(from, parts.pageSize);
  try {
    const target = await openTarget(to, parts.pageSize);
    try {
      return await copyInstance(source, target, parts);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function openSource(database: Database, pageSize?: PageSize): Promise<Source> {
  if (database.engine === 'sqlite') return openSqliteSource(database.path, pageSize);
  const config = postgresConfig(database);
  return openPostgresSource(config, nameOf(config), pageSize);
}

async function openTarget(database: Database, pageSize?: PageSize): Promise<Target> {
  if (database.engine === 'sqlite') return openSqliteTarget(database.path, pageSize);
  const config = postgresConfig(database);
  return openPostgresTarget(config, nameOf(config), pageSize);
}

/** How messages call a database: without user and password. */
function nameOf({ host, port, database }: ReturnType<typeof postgresConfig>): string {
  return `postgres://${host}:${port}/${database}`;
}
