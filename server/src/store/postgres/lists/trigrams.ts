import { sql } from 'kysely';
import { TEXT_FIELDS, type TextField, type UserFilter } from '../../../app/ports/user-list.ts';
import { type Condition, column, joined } from '../../search/condition.ts';
import { type SearchRow, TEXT_COLUMNS } from '../../search/row.ts';
import { canBeStored, foldedForm } from '../../search/text.ts';

/**
 * The runs of three characters of a row's folded texts, as numbers in a column of their own, for an index from number to
 * rows. Two runs may share a number, so what is found by them must be looked at again.
 *
 * The database's own trigrams are no use here: they leave out all but letters and digits, and which letters it knows
 * depends on the locale it was made with.
 */
export const TRIGRAM_STATEMENTS: readonly string[] = [
  'ALTER TABLE user_search ADD COLUMN trigrams smallint[] NOT NULL',
  // New rows wait in a list, in KiB, from which they are taken many at once: one by one, each costs as much as a hundred
  // rows of other indexes.
  'CREATE INDEX user_search_by_trigrams ON user_search USING gin (trigrams) WITH (gin_pending_list_limit = 8192)',
];

/**
 * Fields whose runs count as the same. Names are mostly made of one another, so that they are in the index but once;
 * what all e-mail addresses end in must not get into the way of finding the few names that have it.
 */
const KINDS: Readonly<Record<TextField, number>> = {
  username: 1,
  givenName: 1,
  familyName: 1,
  displayName: 1,
  nickName: 2,
  email: 3,
  phone: 4,
};

/** Most trigrams of one text that are looked up: more of them find hardly fewer rows. */
const MOST_TRIGRAMS = 24;

/** Value of the column, as the text of an array. */
export function trigramsOf(row: SearchRow): string {
  const numbers = new Set<number>();
  for (const field of TEXT_FIELDS) {
    for (const number of numbersOf(field, String(row[TEXT_COLUMNS[field].key]))) numbers.add(number);
  }
  return literal([...numbers]);
}

/** What rows that meet the filter meet as well, where their trigrams tell so; `null` where they tell nothing. */
export function trigramCondition(filter: UserFilter): Condition | null {
  switch (filter.type) {
    case 'and': {
      const known = filter.filters.map(trigramCondition).filter((one) => one !== null);
      return known.length === 0 ? null : joined('and', known);
    }
    case 'or':
      return eitherOf(filter.filters.map(trigramCondition));
    case 'text':
      // Those are found by the index in whose order they are.
      if (filter.method === 'equals' || filter.method === 'startsWith') return null;
      return canBeStored(filter.value) ? containing(filter.field, foldedForm(filter.value)) : null;
    default:
      return null;
  }
}

function eitherOf(branches: readonly (Condition | null)[]): Condition | null {
  const known = branches.filter((one) => one !== null);
  return known.length === 0 || known.length < branches.length ? null : joined('or', known);
}

function containing(field: TextField, folded: string): Condition | null {
  const numbers = numbersOf(field, folded);
  if (numbers.length === 0) return null;
  const step = Math.max(1, numbers.length / MOST_TRIGRAMS);
  const some = new Set<number>();
  for (let at = 0; at < numbers.length; at += step) some.add(numbers[Math.floor(at)] ?? 0);
  return sql`${column('trigrams')} @> ${literal([...some])}::smallint[]`;
}

/**
 * One number of 16 bits per trigram: half of a row would be longer ones, and all rows are read where no index helps. They
 * are stored, so they must stay the same for ever.
 */
function numbersOf(field: TextField, folded: string): number[] {
  const points = Array.from(folded, (character) => character.codePointAt(0) ?? 0);
  const numbers: number[] = [];
  for (let at = 2; at < points.length; at += 1) {
    let number = KINDS[field];
    for (const point of points.slice(at - 2, at + 1)) {
      number = Math.imul(number ^ point, 0x9e3779b1);
      number ^= number >>> 15;
    }
    numbers.push((number << 16) >> 16);
  }
  return numbers;
}

function literal(numbers: readonly number[]): string {
  return `{${numbers.join(',')}}`;
}
