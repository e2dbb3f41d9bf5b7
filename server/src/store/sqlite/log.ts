import type { DatabaseSync } from 'node:sqlite';

/** Pages of the log that are worth copying into the file: fewer would be flushed too often. */
export const WORTH_COPYING = 4_000;

/** Tells how long the log is, without touching it. */
export const LOOK_AT_LOG = 'PRAGMA wal_checkpoint(NOOP)';
/** Copies what no reader keeps from being copied; flushes when that was all of it. Throws when either fails. */
export const COPY_LOG = 'PRAGMA wal_checkpoint(PASSIVE)';

/** Pages of the log, and how many of them were not copied yet. */
export interface LogLength {
  readonly pages: number;
  readonly left: number;
}

export function lengthOf(row: Readonly<Record<string, unknown>> | undefined): LogLength {
  const pages = Number(row?.log);
  return { pages, left: pages - Number(row?.checkpointed) };
}

/**
 * For work of many transactions that nobody waits for: call it after each.
 *
 * @throws an error of SQLite when the file cannot be written or flushed
 */
export function copyLongLog(db: DatabaseSync): void {
  if (lengthOf(db.prepare(LOOK_AT_LOG).get()).left >= WORTH_COPYING) db.exec(COPY_LOG);
}
