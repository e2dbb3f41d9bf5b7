import type { TSchema } from 'typebox';
import type { Capability } from '../../../core/user/fields.ts';
import type { SchemaReader } from '../../shared/schema.ts';
import { codeKey } from '../entitlement.ts';
import type { WireError } from '../envelope.ts';
import { Refusal } from '../errors.ts';
import type { Entry } from '../section.ts';
import type { Catalogue } from './catalogue.ts';
import type { Readers } from './change-settings.ts';

/** What is drawn for an entry before it is decided whether there will be one. */
export interface Drawn {
  readonly id: string;
  readonly guid: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** One kind of entries of a catalogue: how they are read, kept, shown and found. */
export interface Kind<T extends Entry, B> {
  /** In pascal case, as it begins codes of errors. */
  readonly name: string;
  /** What operations call it: `resource-type`. */
  readonly slug: string;
  /** As the group of its operations is called: `Resource types`. */
  readonly title: string;
  /** Below the API's root, such as `/roles`. */
  readonly path: string;
  readonly entries: (catalogue: Catalogue) => readonly T[];
  readonly withEntries: (catalogue: Catalogue, entries: readonly T[]) => Catalogue;
  readonly body: SchemaReader<B>;
  /**
   * The entry that a body stands for.
   *
   * @param known the entry that is changed, `null` for a new one; what the body leaves out stays as it is there
   * @throws Refusal for values that are not valid, or taken
   */
  readonly make: (body: B, known: T | null, catalogue: Catalogue, drawn: Drawn) => T;
  readonly show: (entry: T, catalogue: Catalogue) => object;
  /** The shape of what is shown. */
  readonly view: TSchema;
  readonly readers: Readers;
  /** What adding, changing and removing one needs. */
  readonly needs: Readonly<Record<'create' | 'update' | 'delete', Capability>>;
  /** What follows from an entry that was added or changed. */
  readonly settle?: (catalogue: Catalogue, entry: T, before: T | null) => Catalogue;
  /** What follows from the end of an entry. @throws Refusal while something depends on it */
  readonly release?: (catalogue: Catalogue, entry: T) => Catalogue;
  readonly listing: Listing<T>;
}

type MemberOf<T, V> = { [K in keyof T]-?: T[K] extends V ? K : never }[keyof T] & string;

/** By which members entries are found, and put in order. `type` is whether they are built in. */
export interface Listing<T> {
  readonly isPaged: boolean;
  /** Found by a part of them in any letter case, and by `Keywords`. */
  readonly texts: readonly MemberOf<T, string | null>[];
  /** Found as a whole, in any letter case. */
  readonly exact: readonly MemberOf<T, string | null>[];
  /** Found by one of a few words. */
  readonly words?: { readonly [K in MemberOf<T, string> | 'type']?: readonly string[] };
  readonly flags?: readonly MemberOf<T, boolean>[];
  readonly sorts: readonly (MemberOf<T, string | number | null> | 'type')[];
}

/** Most entries of one kind that a brand may have: all processes hold all of them in memory. */
export const MAX_ENTRIES = 2000;

/** @throws Refusal 404 */
export function entryOf<T extends Entry>(
  { entries, name }: Pick<Kind<T, never>, 'entries' | 'name'>,
  catalogue: Catalogue,
  id: string,
): T {
  const entry = entries(catalogue).find((one) => one.id === id);
  if (entry === undefined) throw notFound(name);
  return entry;
}

/** The entries with these ids, all of them. @throws Refusal 404 */
export function entriesOf<T extends Entry>(
  kind: Pick<Kind<T, never>, 'entries' | 'name'>,
  catalogue: Catalogue,
  ids: readonly string[],
): T[] {
  return ids.map((id) => entryOf(kind, catalogue, id));
}

export function notFound(name: string): Refusal {
  return new Refusal('setting_not_found', 404, [
    { code: `${name}NotFound`, message: `The ${words(name)} was not found.` },
  ]);
}

/** @throws Refusal 409 when another of the entries has the code */
export function refuseTaken<T extends { readonly code: string }>(
  name: string,
  code: string,
  entries: readonly T[],
  known: T | null,
): void {
  if (entries.some((other) => other !== known && codeKey(other.code) === codeKey(code))) throw taken(name);
}

/** Entries of which at most one is the default, and this one if it says so. */
export function oneDefault<T extends Entry & { readonly isDefault: boolean }>(entries: readonly T[], entry: T): T[] {
  return entries.map((other) =>
    entry.isDefault && other.isDefault && other.id !== entry.id ? { ...other, isDefault: false } : other,
  );
}

export function taken(name: string): Refusal {
  const message = `There is another ${words(name)} of this code.`;
  return new Refusal('setting_exists', 409, [{ code: `${name}AlreadyExists`, message }]);
}

export function inUse(name: string): Refusal {
  return new Refusal('setting_in_use', 409, [{ code: `${name}InUse`, message: `The ${words(name)} is still in use.` }]);
}

export function tooMany(name: string): Refusal {
  const error: WireError = { code: `TooMany${name}s`, message: `A brand may have ${MAX_ENTRIES} of them.` };
  return new Refusal('setting_in_use', 409, [error]);
}

export function isFixed(name: string): Refusal {
  const message = `A built-in ${words(name)} cannot be changed.`;
  return new Refusal('no_permission', 403, [{ code: 'AccessDenied', message }]);
}

/** `ResourceType` as people write it. */
export function words(name: string): string {
  return name.replace(/(?<=.)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}
