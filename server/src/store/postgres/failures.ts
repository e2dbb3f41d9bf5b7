import { BatchFailed, StoreUnavailable } from '../../app/ports/store.ts';
import { DamagedRecord } from '../documents.ts';

/** What is left of a failed transaction, and what to do next. */
export type Failure =
  /** Another process was faster: begin anew. */
  | 'conflict'
  /** The same statements may succeed now: the database chose this transaction to give way. */
  | 'victim'
  /** The database is away or cannot write; whether a commit that was sent has happened is not known. */
  | 'unavailable'
  /** The reason lies in what was to be written. */
  | 'refused';

const UNIQUE_VIOLATION = '23505';

/** Serialization failure, deadlock. */
const VICTIM = new Set(['40001', '40P01']);

/**
 * Classes of conditions under which the database as a whole cannot be used: connection exceptions, insufficient
 * resources, an operator's intervention (restart, fail-over, cancelled statement), system errors, and bad credentials.
 */
const UNAVAILABLE_CLASSES = new Set(['08', '28', '53', '57', '58', 'XX', 'F0']);

/**
 * Only reading is allowed (a standby), a transaction that was idle was ended, or whether a commit has happened is not
 * known.
 */
const UNAVAILABLE = new Set(['25006', '25P03', '25P04', '3D000', '40003', '55P03']);

/** A limit of the database: a row of an index takes 2,704 bytes, which no text of usual letters reaches. */
const TOO_LONG_FOR_AN_INDEX = '54000';

/** A statement, or a lock that somebody else holds, took too long; trying again would take as long. */
const TOO_LONG = new Set(['57014', '55P03']);

export function failureOf(error: unknown): Failure {
  if (error instanceof StoreUnavailable) return 'unavailable';
  const code = sqlState(error);
  // What does not come from the database is a broken connection, or an error of our own.
  if (code === null) return isConnectionError(error) ? 'unavailable' : 'refused';
  if (code === UNIQUE_VIOLATION) return 'conflict';
  if (VICTIM.has(code)) return 'victim';
  return UNAVAILABLE.has(code) || UNAVAILABLE_CLASSES.has(code.slice(0, 2)) ? 'unavailable' : 'refused';
}

/** Whether the error says that the database as a whole is away, rather than one statement or transaction of it. */
export function isAway(error: unknown): boolean {
  if (failureOf(error) !== 'unavailable' || error instanceof StoreUnavailable) return false;
  return !TOO_LONG.has(sqlState(error) ?? '');
}

export function unavailable(error: unknown): StoreUnavailable {
  return error instanceof StoreUnavailable ? error : new StoreUnavailable('the database cannot be used now', error);
}

/** The error of a read, or of a write that does not belong to a batch. */
export function readFailure(error: unknown): unknown {
  if (error instanceof DamagedRecord) return new StoreUnavailable('a record is damaged', error);
  return failureOf(error) === 'refused' ? error : unavailable(error);
}

/** The error of a batch that will not be tried again. */
export function batchFailure(error: unknown): BatchFailed | StoreUnavailable {
  if (error instanceof BatchFailed) return error;
  const failure = failureOf(error);
  if (failure === 'unavailable' || failure === 'victim') return unavailable(error);
  return new BatchFailed(error, sqlState(error) === TOO_LONG_FOR_AN_INDEX);
}

/** Five characters; `null` for errors that the database did not send. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  return /^[0-9A-Z]{5}$/.test(error.code) && 'severity' in error ? error.code : null;
}

const SYSTEM_ERROR = /^(E[A-Z]+|UND_.*|ERR_(SSL|TLS|SOCKET|STREAM).*)$/;
const DRIVER_MESSAGE = /connection|timeout|terminated|not queryable|ended|closed/i;

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string') return SYSTEM_ERROR.test(error.code);
  // The driver's own errors have no code.
  return error.constructor === Error && DRIVER_MESSAGE.test(error.message);
}
