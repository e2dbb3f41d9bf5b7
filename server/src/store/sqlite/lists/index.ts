import type { DatabaseSync } from 'node:sqlite';
import type { CredentialPage, CredentialQuery } from '../../../app/ports/credential-list.ts';
import type { SignUpQuery, SignUps, UserQuery } from '../../../app/ports/user-list.ts';
import type { OtherReaders } from '../checkpoints.ts';
import type { FoundPage } from './lister.ts';
import { Readers, type ReadersOptions } from './readers.ts';

export interface Lists extends OtherReaders {
  list(query: UserQuery): Promise<FoundPage>;
  listCredentials(query: CredentialQuery): Promise<CredentialPage>;
  countSignUps(query: SignUpQuery): Promise<SignUps>;
  close(): Promise<void>;
}

/** Lists of a database: in threads of their own, or at once for one in memory, which no other thread can see. */
export function listsOf(db: DatabaseSync, options?: ReadersOptions): Lists {
  const path = db.location();
  if (path !== null) return new Readers(path, options);
  // What makes lists is loaded where it is used, which otherwise is in those threads.
  const lister = async () => new (await import('./lister.ts')).Lister(db);
  return {
    list: async (query) => (await lister()).list(query),
    listCredentials: async (query) => (await import('./credential-lister.ts')).listCredentials(db, query),
    countSignUps: async (query) => (await import('./sign-ups.ts')).countSignUps(db, query),
    hold: async () => {},
    release: () => {},
    close: async () => {},
  };
}
