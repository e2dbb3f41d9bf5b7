import type { UserSort } from '../../app/ports/user-list.ts';
import { invalid } from './status-error.ts';

const DEFAULT_LIMIT = 100;
/** Most entries of one answer. */
export const MAX_LIMIT = 1_000;

/** The part of a list that an answer shows. */
export interface Page {
  readonly offset: number;
  readonly limit: number;
  readonly direction: UserSort['direction'];
}

/** The part that a request asks for, in either message that the vendor has for it. @throws StatusError for too much */
export function pageOf(
  request: { readonly offset: bigint; readonly limit: number; readonly asc: boolean } | undefined,
  defaultLimit = DEFAULT_LIMIT,
): Page {
  const limit = request?.limit || defaultLimit;
  if (limit > MAX_LIMIT) throw invalid(`a list has at most ${MAX_LIMIT} entries`);
  const offset = Math.min(Number(request?.offset ?? 0n), Number.MAX_SAFE_INTEGER);
  return { offset, limit, direction: request?.asc ? 'asc' : 'desc' };
}
