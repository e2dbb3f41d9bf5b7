import { StoreRefused } from '../refused.ts';
import { type Progress, readProgress } from './progress.ts';

/** What a look at a database finds before anything is done to it. */
export type Found =
  | { readonly kind: 'nothing' }
  /** Tables without an instance in them. */
  | { readonly kind: 'empty'; readonly schema: number }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'instance'; readonly schema: number }
  /** What the unfinished copy remembers. */
  | { readonly kind: 'unfinished'; readonly progress: string };

/**
 * @param name how messages call the database
 * @param schema migrations that this program knows
 * @throws StoreRefused when it is no instance that can be copied
 */
export function refuseSource(found: Found, name: string, schema: number): void {
  if (found.kind === 'unfinished') throw refused(`the source ${name} is itself an unfinished copy`);
  if (found.kind === 'foreign') throw refused(`the source ${name} is a database of another program`);
  if (found.kind !== 'instance') throw refused(`the source ${name} holds no instance`);
  if (found.schema < schema) {
    throw refused(
      `the source ${name} is of version ${found.schema}, older than this Tessera (${schema}); start the server on it once`,
    );
  }
  if (found.schema > schema) {
    throw refused(
      `the source ${name} is of version ${found.schema}, newer than this Tessera (${schema}); use a newer one`,
    );
  }
}

/**
 * @returns how far an earlier copy came, or `null`
 * @throws StoreRefused when there is anything in it but an unfinished copy
 */
export function refuseTarget(found: Found, name: string): Progress | null {
  if (found.kind === 'foreign') throw refused(`the target ${name} is a database of another program`);
  if (found.kind === 'instance') {
    throw refused(`the target ${name} holds an instance already, and only an empty database is copied to`);
  }
  if (found.kind !== 'unfinished') return null;
  const progress = readProgress(found.progress);
  if (progress === null) {
    throw refused(`the target ${name} holds a copy that another version of Tessera began; empty it first`);
  }
  return progress;
}

export function refused(message: string, cause: unknown = null): StoreRefused {
  return new StoreRefused(message, cause);
}
