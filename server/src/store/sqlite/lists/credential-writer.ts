import type { DatabaseSync } from 'node:sqlite';
import type { User } from '../../../core/user/user.ts';
import { CREDENTIAL_COLUMNS, credentialRowsOf } from '../../search/credential-row.ts';

/** Keeps what lists of keys and tokens are made from in step with the records, within the transaction under way. */
export class CredentialWriter {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: DatabaseSync) {
    this.#statements = prepare(db);
  }

  add(user: User): void {
    for (const row of credentialRowsOf(user)) this.#statements.insert.run(...row);
  }

  replace(user: User): void {
    this.#statements.remove.run(user.id);
    this.add(user);
  }

  /** Empties everything, to be filled anew. */
  clear(): void {
    this.#statements.clear.run();
  }
}

function prepare(db: DatabaseSync) {
  const columns = Object.keys(CREDENTIAL_COLUMNS);
  const places = columns.map(() => '?').join(', ');
  return {
    insert: db.prepare(`INSERT INTO user_credentials (${columns.join(', ')}) VALUES (${places})`),
    remove: db.prepare('DELETE FROM user_credentials WHERE user_id = ?'),
    clear: db.prepare('DELETE FROM user_credentials'),
  };
}
