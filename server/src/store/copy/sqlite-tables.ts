import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { MIGRATIONS } from '../migrations/index.ts';
import { COPY } from '../settings.ts';
import type { Page, PageSize, Place, Row, Value } from './dump.ts';
import type { Found } from './refusals.ts';
import { exceptions, where } from './rows.ts';
import { COPIED, SETTINGS, type Table } from './tables.ts';

/** Reads tables page by page. */
export class SqliteTables {
  readonly #db: DatabaseSync;
  readonly #size: PageSize;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync, size: PageSize) {
    this.#db = db;
    this.#size = size;
  }

  page(table: Table, after: Place | null): Page | null {
    const width = Object.keys(table.columns).length;
    const rows: Row[] = [];
    let bytes = 0;
    let last: readonly Value[] | undefined;
    for (const read of this.#statement(table, after === null).iterate(...(after ?? []))) {
      last = read as unknown as readonly Value[];
      const row = last.slice(0, width);
      rows.push(row);
      bytes += lengthOf(row);
      if (rows.length === this.#size.rows || bytes >= this.#size.bytes) break;
    }
    return last === undefined ? null : { rows, end: last.slice(width).map(String) };
  }

  #statement(table: Table, isFirst: boolean): StatementSync {
    const key = `${table.name} ${isFirst}`;
    const known = this.#statements.get(key);
    if (known !== undefined) return known;
    const order = table.order.join(', ');
    const conditions = [
      // A number of the table is compared as a number, whatever it is given as.
      ...(isFirst ? [] : [`(${order}) > (${table.order.map(() => '?').join(', ')})`]),
      ...exceptions(table),
    ];
    const statement = this.#db.prepare(
      `SELECT ${Object.keys(table.columns).join(', ')}, ${order} FROM ${table.name}
       ${where(conditions)} ORDER BY ${order}`,
    );
    statement.setReturnArrays(true);
    this.#statements.set(key, statement);
    return statement;
  }
}

/** Looks at a database without changing anything. */
export function lookAt(db: DatabaseSync): Found {
  const schema = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (schema === 0) {
    const isUsed = db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined;
    return { kind: isUsed ? 'foreign' : 'nothing' };
  }
  const ours = db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name IN ('users', 'settings')").get();
  if (ours?.n !== 2) return { kind: 'foreign' };
  const progress = db.prepare('SELECT value FROM settings WHERE name = ?').get(COPY);
  if (progress !== undefined) return { kind: 'unfinished', progress: String(progress.value) };
  const isUsed = COPIED.some((table) => {
    return db.prepare(`SELECT 1 FROM ${table.name} ${where(exceptions(table))} LIMIT 1`).get() !== undefined;
  });
  return isUsed || schema > MIGRATIONS.length ? { kind: 'instance', schema } : { kind: 'empty', schema };
}

/** What goes when a copy begins anew. */
export function emptyTables(db: DatabaseSync): void {
  for (const { name } of COPIED.filter((table) => table !== SETTINGS)) db.exec(`DELETE FROM ${name}`);
  db.exec(`DELETE FROM settings`);
}

/** Near enough to bytes for a limit on memory. */
function lengthOf(row: Row): number {
  let length = 0;
  for (const value of row) length += typeof value === 'string' ? value.length : 8;
  return length;
}
