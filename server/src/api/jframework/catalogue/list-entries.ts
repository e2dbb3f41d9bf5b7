import type { FastifyRequest } from 'fastify';
import type { Answer } from '../../../app/submission.ts';
import { caselessForm } from '../../../core/values/case-fold.ts';
import { type Page, pageOf, type Sort, sortOf } from '../paging.ts';
import { type QueryReader, readQuery } from '../query.ts';
import type { Entry } from '../section.ts';
import type { Context } from '../services.ts';
import { showSettings } from './change-settings.ts';
import type { Kind, Listing } from './kind.ts';

interface Search<T> {
  readonly tests: readonly ((entry: T) => boolean)[];
  readonly sort: Sort<string>;
  /** `null` shows all of them. */
  readonly page: Page | null;
}

/** A list of entries of one kind: all that meet every filter, in order, by pages where the kind is paged. */
export function listEntries<T extends Entry, B>(
  request: FastifyRequest,
  context: Context,
  { listing, entries, show, readers }: Kind<T, B>,
): Promise<Answer> {
  return showSettings(request, context, readers, (catalogue) => {
    const { tests, sort, page } = readQuery(request, (query) => searchOf(query, listing));
    const found = entries(catalogue).filter((entry) => tests.every((test) => test(entry)));
    const sorted = [...found].sort(comparing(sort, listing.sorts));
    if (page === null) return sorted.map((entry) => show(entry, catalogue));
    const { pageNumber, pageSize } = page;
    const shown = sorted.slice(pageNumber * pageSize, (pageNumber + 1) * pageSize);
    return { items: shown.map((entry) => show(entry, catalogue)), totalItems: found.length, pageNumber, pageSize };
  });
}

function searchOf<T extends Entry>(query: QueryReader, listing: Listing<T>): Search<T> {
  const { texts, exact, words = {}, flags = {}, sorts, isPaged } = listing;
  const tests: ((entry: T) => boolean)[] = [];
  for (const [name, of] of Object.entries(texts)) {
    const part = query.text(name);
    if (part !== undefined) tests.push((entry) => contains(of(entry), part));
  }
  for (const [name, of] of Object.entries(exact)) {
    const value = query.text(name);
    if (value !== undefined) tests.push((entry) => key(of(entry) ?? '') === key(value));
  }
  for (const [name, { of, values }] of Object.entries(words)) {
    const word = query.oneOf(name, values);
    // Some lists of words have one for "whichever".
    if (word !== undefined && word !== 'All' && word !== 'None') tests.push((entry) => of(entry) === word);
  }
  for (const [name, of] of Object.entries(flags)) {
    const flag = query.flag(name);
    if (flag !== undefined) tests.push((entry) => of(entry) === flag);
  }
  const ids = query.list('ids');
  if (ids !== undefined) tests.push(({ id }) => ids.includes(id));
  const keywords = query.text('keywords')?.trim();
  if (keywords) {
    const searched = [...Object.values(texts), ...Object.values(exact)];
    tests.push((entry) => searched.some((of) => contains(of(entry), keywords)));
  }
  const sort = sortOf(query, ['id', 'createdDate', ...Object.keys(sorts)]);
  return { tests, sort, page: isPaged ? pageOf(query) : null };
}

function contains(text: string | null, part: string): boolean {
  return text !== null && key(text).includes(key(part));
}

function key(text: string): string {
  return caselessForm(text, 'NFKC');
}

/** Ties are in the order of the ids, in the same direction; what is absent stands before all others. */
function comparing<T extends Entry>({ by, direction }: Sort<string>, sorts: Listing<T>['sorts']) {
  const of = by === 'createdDate' ? ({ createdAt = 0 }: T) => createdAt : sorts[by];
  const sign = direction === 'asc' ? 1 : -1;
  return (left: T, right: T): number =>
    sign * (compare(of?.(left) ?? null, of?.(right) ?? null) || compare(left.id, right.id));
}

function compare(left: string | number | null, right: string | number | null): number {
  if (left === right) return 0;
  if (left === null || right === null) return left === null ? -1 : 1;
  return left < right ? -1 : 1;
}
