import type { FastifyRequest } from 'fastify';
import type { Answer } from '../../../app/submission.ts';
import { codeKey } from '../entitlement.ts';
import { type Page, pageOf, type Sort, sortOf } from '../paging.ts';
import { type QueryReader, readQuery } from '../query.ts';
import type { Entry } from '../section.ts';
import type { Context } from '../services.ts';
import { kindOf } from '../settings-view.ts';
import { showSettings } from './change-settings.ts';
import type { Kind, Listing } from './kind.ts';

interface Search {
  readonly tests: readonly ((entry: Entry) => boolean)[];
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
    const found = entries(catalogue)
      .filter((entry) => tests.every((test) => test(entry)))
      .sort(comparing(sort));
    if (page === null) return found.map((entry) => show(entry, catalogue));
    const { pageNumber, pageSize } = page;
    const shown = found.slice(pageNumber * pageSize, (pageNumber + 1) * pageSize);
    return { items: shown.map((entry) => show(entry, catalogue)), totalItems: found.length, pageNumber, pageSize };
  });
}

/** What the query string of a list says. */
export function searchOf<T extends Entry>(query: QueryReader, listing: Listing<T>): Search {
  const { texts, exact, words = {}, flags = [], sorts, isPaged } = listing;
  const tests: Search['tests'][number][] = [];
  for (const name of texts) {
    const part = query.text(name);
    if (part !== undefined) tests.push((entry) => contains(memberOf(entry, name), part));
  }
  for (const name of exact) {
    const value = query.text(name);
    if (value !== undefined) tests.push((entry) => codeKey(String(memberOf(entry, name) ?? '')) === codeKey(value));
  }
  for (const [name, values] of Object.entries<readonly string[] | undefined>(words)) {
    const word = query.oneOf(name, values ?? []);
    // Some lists of words have one for "whichever".
    if (word !== undefined && word !== 'All' && word !== 'None') tests.push((entry) => memberOf(entry, name) === word);
  }
  for (const name of flags) {
    const flag = query.flag(name);
    if (flag !== undefined) tests.push((entry) => memberOf(entry, name) === flag);
  }
  const ids = query.list('ids');
  if (ids !== undefined) tests.push(({ id }) => ids.includes(id));
  const keywords = query.text('keywords')?.trim();
  if (keywords) tests.push((entry) => [...texts, ...exact].some((name) => contains(memberOf(entry, name), keywords)));
  const sort = sortOf<string>(query, ['id', 'createdDate', ...sorts]);
  return { tests, sort, page: isPaged ? pageOf(query) : null };
}

type Value = string | number | boolean | null;

/** What a parameter of this name is about: the member of this name, unless clients know it by another. */
function memberOf(entry: Entry, name: string): Value {
  if (name === 'type') return kindOf(entry.builtIn === true);
  if (name === 'createdDate') return entry.createdAt ?? 0;
  return (entry as Entry & Readonly<Record<string, Value>>)[name] ?? null;
}

function contains(text: Value, part: string): boolean {
  return typeof text === 'string' && codeKey(text).includes(codeKey(part));
}

/** Ties are in the order of the ids, in the same direction; what is absent stands before all others. */
function comparing({ by, direction }: Sort<string>) {
  const sign = direction === 'asc' ? 1 : -1;
  return (left: Entry, right: Entry): number =>
    sign * (compare(memberOf(left, by), memberOf(right, by)) || compare(left.id, right.id));
}

function compare(left: Value, right: Value): number {
  if (left === right) return 0;
  if (left === null || right === null) return left === null ? -1 : 1;
  return left < right ? -1 : 1;
}
