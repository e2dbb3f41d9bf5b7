import type { QueryReader } from './query.ts';

/** Most entries of a page, unless the operation says otherwise. */
const MAX_PAGE_SIZE = 200;

/** Which part of a list is shown. */
export interface Page {
  /** From 0. */
  readonly pageNumber: number;
  readonly pageSize: number;
}

/** Of a list that shows all that was asked for. */
interface NoPage {
  readonly pageNumber: null;
  readonly pageSize: null;
}

export interface Sort<F extends string> {
  readonly by: F;
  readonly direction: 'asc' | 'desc';
}

const ORDERS = { asc: 'asc', ascending: 'asc', desc: 'desc', descending: 'desc' } as const;
type Order = keyof typeof ORDERS;

/**
 * `PageNumber` and `PageSize`. A size beyond the most is refused: with fewer entries its caller would miss some.
 *
 * @param max most entries of a page, and how many there are when no size is given
 */
export function pageOf(query: QueryReader, max = MAX_PAGE_SIZE): Page {
  return {
    pageNumber: query.integer('pageNumber', { min: 0 }) ?? 0,
    pageSize: query.integer('pageSize', { min: 1, max }) ?? max,
  };
}

/**
 * `SortDataField` and `SortOrder`, descending unless it says otherwise.
 *
 * @param fields that may be asked for; the first is the default
 */
export function sortOf<F extends string>(query: QueryReader, fields: readonly [F, ...F[]]): Sort<F> {
  const by = query.oneOf('sortDataField', fields) ?? fields[0];
  const order = query.oneOf('sortOrder', Object.keys(ORDERS) as Order[]) ?? 'desc';
  return { by, direction: ORDERS[order] };
}

/**
 * The `data` of a paged list, as JSON.
 *
 * @param items those of the page, as JSON each
 * @param totalItems how many there are on all pages
 */
export function pagedData(
  items: readonly string[],
  totalItems: number,
  { pageNumber, pageSize }: Page | NoPage,
): string {
  return `{"items":[${items.join(',')}],"totalItems":${totalItems},"pageNumber":${pageNumber},"pageSize":${pageSize}}`;
}
