import { createHash } from 'node:crypto';
import { derivedRows } from './derived.ts';
import type { ReadSide, Row, Value } from './dump.ts';
import { pages } from './pages.ts';
import { COPIED, DERIVED, type Table, USERS } from './tables.ts';

/** What was compared of one table. */
export interface TableDigest {
  readonly table: string;
  readonly rows: number;
  /** SHA-256 over the rows in order, each as a line of JSON; hexadecimal. */
  readonly digest: string;
}

/** A row of the target is not what the source says. */
export class CopyDiffers extends Error {
  constructor(table: string, row: number) {
    super(`the copy differs from its source: row ${row} of ${table}`);
    this.name = 'CopyDiffers';
  }
}

/** Told of the rows of the source that were looked at, page by page; its rejection ends the comparison. */
export type Seen = (table: string, rows: number) => Promise<void>;

/**
 * Reads both databases side by side and compares them row by row, in order: history, feed, queues and outbox are in the
 * same order on both sides, and what lists are made from is what follows from the records of the source.
 *
 * @throws CopyDiffers
 */
export async function compare(source: ReadSide, target: ReadSide, seen: Seen): Promise<TableDigest[]> {
  const digests: TableDigest[] = [];
  for (const table of COPIED) digests.push(...(await compareTable(table, source, target, seen)));
  return digests;
}

async function compareTable(table: Table, source: ReadSide, target: ReadSide, seen: Seen): Promise<TableDigest[]> {
  const copied = new Expectation(target, table);
  const derived = table === USERS ? DERIVED.map((one) => new Expectation(target, one)) : [];
  for await (const { rows } of pages(source, table)) {
    await copied.meet(rows);
    if (derived.length > 0) {
      const found = derivedRows(rows);
      for (const expectation of derived) await expectation.meet(found.get(expectation.table) ?? []);
    }
    await seen(table.name, rows.length);
  }
  const all = [copied, ...derived];
  for (const expectation of all) await expectation.end();
  return all.map((expectation) => expectation.digest());
}

/** Reads a table of the target and holds it to rows that are told in its order. */
class Expectation {
  readonly table: Table;
  readonly #pages: AsyncGenerator<{ readonly rows: readonly Row[] }>;
  readonly #hash = createHash('sha256');
  #page: readonly Row[] = [];
  #at = 0;
  #rows = 0;

  constructor(target: ReadSide, table: Table) {
    this.table = table;
    this.#pages = pages(target, table);
  }

  async meet(expected: readonly Row[]): Promise<void> {
    for (const row of expected) {
      this.#rows += 1;
      // Waiting only from page to page keeps it fast.
      if (this.#at === this.#page.length) await this.#turn();
      const line = JSON.stringify(row);
      if (line !== this.#take()) throw new CopyDiffers(this.table.name, this.#rows);
      this.#hash.update(line).update('\n');
    }
  }

  /** There must be no more. */
  async end(): Promise<void> {
    if (this.#at === this.#page.length) await this.#turn();
    if (this.#at < this.#page.length) throw new CopyDiffers(this.table.name, this.#rows + 1);
  }

  digest(): TableDigest {
    return { table: this.table.name, rows: this.#rows, digest: this.#hash.digest('hex') };
  }

  #take(): string | null {
    const row: readonly Value[] | undefined = this.#page[this.#at];
    this.#at += 1;
    return row === undefined ? null : JSON.stringify(row);
  }

  async #turn(): Promise<void> {
    const { value, done } = await this.#pages.next();
    this.#page = done === true ? [] : value.rows;
    this.#at = 0;
  }
}
