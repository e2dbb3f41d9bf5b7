import { BatchFailed, StoreUnavailable } from '../../app/ports/store.ts';
import { DamagedRecord } from '../documents.ts';

/** Primary result codes of SQLite. */
const SQLITE = {
  busy: 5,
  locked: 6,
  noMemory: 7,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  protocol: 15,
  notADatabase: 26,
};

/** Result code of SQLite for a flush that failed. */
export const FAILED_FLUSH = 1034;

/** The next attempt may succeed; nothing of this one remains. */
const PASSING: ReadonlySet<number> = new Set([
  SQLITE.busy,
  SQLITE.locked,
  SQLITE.noMemory,
  SQLITE.full,
  SQLITE.cannotOpen,
  SQLITE.protocol,
]);

/** The file or the disk cannot be trusted any more: no write until a restart has recovered from the log. */
const LASTING: ReadonlySet<number> = new Set([SQLITE.readOnly, SQLITE.ioError, SQLITE.corrupt, SQLITE.notADatabase]);

export interface Failure {
  readonly error: BatchFailed | StoreUnavailable;
  readonly lasting: boolean;
}

/** What a failed transaction means for its batch and for the store. A failed flush is never tried again. */
export function classify(error: unknown): Failure {
  if (error instanceof StoreUnavailable || error instanceof BatchFailed) return { error, lasting: false };
  if (error instanceof DamagedRecord) {
    return { error: new StoreUnavailable('the database is damaged', error), lasting: true };
  }
  const code = primaryCode(error);
  if (code !== undefined && PASSING.has(code)) {
    return { error: new StoreUnavailable('the database cannot be written now', error), lasting: false };
  }
  if (code !== undefined && LASTING.has(code)) {
    const message = isDamage(error) ? 'the database is damaged' : 'the database failed';
    return { error: new StoreUnavailable(message, error), lasting: true };
  }
  return { error: new BatchFailed(error), lasting: false };
}

/** Whether the error says that the file is not what SQLite wrote. */
export function isDamage(error: unknown): boolean {
  const code = primaryCode(error);
  return code === SQLITE.corrupt || code === SQLITE.notADatabase;
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}
