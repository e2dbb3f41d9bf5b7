import { createHash } from 'node:crypto';
import { credentialRowsOf } from '../search/credentials.ts';
import { metadataRowsOf, SEARCH_COLUMNS, searchRowOf } from '../search/row.ts';
import type { Page, Place, ReadSide, Row } from './dump.ts';
import { userIn } from './rows.ts';
import { COPIED, type Table, USER_CREDENTIALS, USER_METADATA, USER_SEARCH, USERS } from './tables.ts';

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

/** A table of the target, and which of its rows follow from a row of the source. */
interface Comparison {
  readonly from: Table;
  readonly to: Table;
  readonly rowsOf: (row: Row) => readonly Row[];
}

const COMPARISONS: readonly Comparison[] = [
  ...COPIED.map((table) => ({ from: table, to: table, rowsOf: (row: Row) => [row] })),
  { from: USERS, to: USER_SEARCH, rowsOf: searchRows },
  { from: USERS, to: USER_METADATA, rowsOf: metadataRows },
  { from: USERS, to: USER_CREDENTIALS, rowsOf: credentialRows },
];

/** Tables that are compared, each as often as its rows are read from the source. */
export const COMPARED: readonly Table[] = COMPARISONS.map(({ from }) => from);

/**
 * Reads both databases side by side and compares them row by row, in order: history, feed, queues and outbox are in the
 * same order on both sides, and what lists are made from is what follows from the records of the source.
 *
 * @param seen is told of the rows of the source that were looked at, page by page; its rejection ends the comparison
 * @throws CopyDiffers
 */
export async function compare(
  source: ReadSide,
  target: ReadSide,
  seen: (table: string, rows: number) => Promise<void>,
): Promise<TableDigest[]> {
  const digests: TableDigest[] = [];
  for (const comparison of COMPARISONS) digests.push(await compareTable(comparison, source, target, seen));
  return digests;
}

async function compareTable(
  { from, to, rowsOf }: Comparison,
  source: ReadSide,
  target: ReadSide,
  seen: (table: string, rows: number) => Promise<void>,
): Promise<TableDigest> {
  const digest = createHash('sha256');
  const copied = new Lines(target, to);
  let rows = 0;
  for await (const page of pages(source, from)) {
    const expected = page.rows.flatMap(rowsOf);
    for (const row of expected) {
      const line = JSON.stringify(row);
      rows += 1;
      if ((copied.take() ?? (await copied.turn())) !== line) throw new CopyDiffers(to.name, rows);
      digest.update(line).update('\n');
    }
    await seen(to.name, page.rows.length);
  }
  if ((copied.take() ?? (await copied.turn())) !== null) throw new CopyDiffers(to.name, rows + 1);
  return { table: to.name, rows, digest: digest.digest('hex') };
}

/** The pages of a table, each read ahead while the one before it is used. */
export async function* pages(side: ReadSide, table: Table, after: Place | null = null): AsyncGenerator<Page> {
  let next = side.page(table, after);
  for (;;) {
    const page = await next;
    if (page === null) return;
    next = side.page(table, page.end);
    // Who stops here does not wait for it.
    next.catch(() => {});
    yield page;
  }
}

/** The rows of a table as lines of JSON; waiting only from page to page keeps it fast. */
class Lines {
  readonly #pages: AsyncGenerator<Page>;
  #rows: readonly Row[] = [];
  #at = 0;

  constructor(side: ReadSide, table: Table) {
    this.#pages = pages(side, table);
  }

  /** The next line of the page; `null` at its end. */
  take(): string | null {
    const row = this.#rows[this.#at];
    if (row === undefined) return null;
    this.#at += 1;
    return JSON.stringify(row);
  }

  /** The first line of the next page; `null` when there is none. */
  async turn(): Promise<string | null> {
    const { value, done } = await this.#pages.next();
    this.#rows = done === true ? [] : value.rows;
    this.#at = 0;
    return this.take();
  }
}

function searchRows(row: Row): readonly Row[] {
  const found = searchRowOf(userIn(row));
  return [SEARCH_COLUMNS.map((column) => found[column])];
}

function credentialRows(row: Row): readonly Row[] {
  return credentialRowsOf(userIn(row))
    .map((credential): Row => [...credential])
    .sort(([, kind = '', id = ''], [, otherKind = '', otherId = '']) =>
      Buffer.compare(Buffer.from(`${kind} ${id}`), Buffer.from(`${otherKind} ${otherId}`)),
    );
}

/** In the order of the bytes of their names, as the databases have it. */
function metadataRows(row: Row): readonly Row[] {
  const user = userIn(row);
  return metadataRowsOf(user)
    .map(({ name, nameKey, valueDigest }) => [user.id, name, nameKey, valueDigest])
    .sort(([, left = ''], [, right = '']) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}
