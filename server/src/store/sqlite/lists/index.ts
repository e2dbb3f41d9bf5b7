import type { DatabaseSync } from 'node:sqlite';
import type { CredentialPage, CredentialQuery } from '../../../app/ports/credential-list.ts';
import type { SignUpQuery, SignUps, UserQuery } from '../../../app/ports/user-list.ts';
import { listCredentials } from './credential-lister.ts';
import { type FoundPage, Lister } from './lister.ts';
import { Readers, type ReadersOptions } from './readers.ts';
import { countSignUps } from './sign-ups.ts';

export interface Lists {
  list(query: UserQuery): Promise<FoundPage>;
  listCredentials(query: CredentialQuery): Promise<CredentialPage>;
  countSignUps(query: SignUpQuery): Promise<SignUps>;
  close(): Promise<void>;
}

/** Lists of a database: in threads of their own, or at once for one in memory, which no other thread can see. */
export function listsOf(db: DatabaseSync, options?: ReadersOptions): Lists {
  const path = db.location();
  if (path !== null) return new Readers(path, options);
  const lister = new Lister(db);
  return {
    list: async (query) => lister.list(query),
    listCredentials: async (query) => listCredentials(db, query),
    countSignUps: async (query) => countSignUps(db, query),
    close: async () => {},
  };
}
