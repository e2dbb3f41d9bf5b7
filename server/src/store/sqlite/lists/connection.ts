import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { type Piece, sqliteSearch } from '../../search/compiler.ts';
import { inTransaction } from '../transaction.ts';

/** Reads what pieces of SQL ask for. */
export class Connection {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** All that is read within is of one moment. */
  atOnce<T>(read: () => T): T {
    return inTransaction(this.#db, 'BEGIN', read);
  }

  all(piece: Piece): Record<string, SQLOutputValue>[] {
    const { sql: text, parameters } = sqliteSearch.compile(piece);
    return this.#db.prepare(text).all(...parameters);
  }

  /** The first column of the first row. */
  number(piece: Piece): number {
    return Number(Object.values(this.all(piece)[0] ?? {})[0]);
  }
}
