import type { Progress } from './progress.ts';
import type { Table } from './tables.ts';

export type Value = string | number | null;
/** The values of a table's columns, in their order. */
export type Row = readonly Value[];
/** Where a row stands in the order of its database. */
export type Place = readonly string[];

export interface Page {
  readonly rows: readonly Row[];
  /** Where the last row stands. */
  readonly end: Place;
}

/** A database that is read page by page. */
export interface ReadSide {
  /** The rows behind a place (`null`: from the first), as many as make a page; `null` when there are none. */
  page(table: Table, after: Place | null): Promise<Page | null>;
  close(): Promise<void>;
}

/** The database that is copied: nobody writes to it meanwhile, and what is read is of one moment. */
export interface Source extends ReadSide {
  /** Rows by table. */
  counts(): Promise<ReadonlyMap<string, number>>;
  /** Latest places, ids and times: none of them stays when rows are added. */
  latest(): Promise<readonly Value[]>;
}

/** The database that is copied to: nobody else uses it. */
export interface Target extends ReadSide {
  /** How far an earlier copy came; `null` when the database is empty. */
  readonly progress: Progress | null;
  /** Empties it and marks it as an unfinished copy, in one transaction. */
  begin(progress: Progress): Promise<void>;
  /** Writes rows, what follows from them, and how far the copy has come, in one transaction. */
  append(table: Table, rows: readonly Row[], progress: Progress): Promise<void>;
  note(progress: Progress): Promise<void>;
  /** From now on it is an instance like any other. */
  finish(): Promise<void>;
}

/** What a page holds at most: rows, and bytes unless a single row has more. */
export interface PageSize {
  readonly rows: number;
  readonly bytes: number;
}

export const PAGE_SIZE: PageSize = { rows: 4_000, bytes: 4 * 1024 * 1024 };
