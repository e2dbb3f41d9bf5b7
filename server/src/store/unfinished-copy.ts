import { StoreRefused } from './refused.ts';

/** A server was to run on a database that "tessera copy" has not finished. */
export function unfinishedCopy(name: string): StoreRefused {
  return new StoreRefused(
    `${name} holds an unfinished copy of another: give the same "tessera copy" again to finish it, or empty it`,
    null,
  );
}
