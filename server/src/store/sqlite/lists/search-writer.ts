import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';
import type { ChangedUser } from '../../../app/ports/store.ts';
import { TEXT_FIELDS } from '../../../app/ports/user-list.ts';
import type { User } from '../../../core/user/user.ts';
import { apartOf } from '../../search/apart.ts';
import {
  METADATA_COLUMNS,
  type MetadataEntry,
  type MetadataTexts,
  metadataEntriesOf,
  metadataTextsOf,
} from '../../search/metadata.ts';
import { SEARCH_COLUMNS, type SearchRow, searchRowOf, TEXT_COLUMNS } from '../../search/row.ts';
import { CredentialWriter } from './credential-writer.ts';
import { indexedForm, isOfItsFieldOnly } from './trigrams.ts';

/** The row as it is kept here: with the bits of the texts that are no part of another. */
const COLUMNS = [...SEARCH_COLUMNS, 'apart'] as const;
type Column = (typeof COLUMNS)[number];
type StoredRow = Readonly<Record<Column, string | number>>;

/** Statements that are kept prepared: calls change few combinations of columns. */
const MOST_UPDATES = 64;

/** A row that changes: what is to be taken out of the index of trigrams, and what comes in. */
interface Reindexed {
  readonly number: number;
  readonly out: readonly string[];
  readonly in: readonly string[];
}

/** Keeps what lists are made from in step with the records, within the transaction under way. */
export class SearchWriter {
  readonly #db: DatabaseSync;
  readonly #statements: ReturnType<typeof prepareSearch>;
  /** By the columns that they write. */
  readonly #updates = new LRUCache<string, StatementSync>({ max: MOST_UPDATES });
  readonly #credentials: CredentialWriter;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#statements = prepareSearch(db);
    this.#credentials = new CredentialWriter(db);
  }

  write(users: readonly ChangedUser[]): void {
    const reindexed: Reindexed[] = [];
    for (const { user, isNew, sameInLists, sameCredentials } of users) {
      if (isNew) this.add(user);
      else {
        if (sameInLists !== true) this.#change(user, reindexed);
        if (sameCredentials !== true) this.#credentials.replace(user);
      }
    }
    // In order of their numbers and all removals first, or the index would be written to disk between any two.
    reindexed.sort((left, right) => left.number - right.number);
    for (const { number, out } of reindexed) if (out.length > 0) this.#statements.removeText.run(number, ...out);
    for (const { number, in: text } of reindexed) if (text.length > 0) this.#statements.addText.run(number, ...text);
  }

  add(user: User): void {
    this.#add(user);
    this.#credentials.add(user);
  }

  /** Empties everything, to be filled anew. */
  clear(): void {
    this.#statements.clearText.run();
    this.#statements.clear.run();
    this.#statements.clearMetadata.run();
    this.#statements.clearEntries.run();
    this.#credentials.clear();
  }

  #add(user: User): void {
    const row = storedRowOf(user);
    const { lastInsertRowid } = this.#statements.insert.run(...valuesOf(row));
    this.#statements.addText.run(lastInsertRowid, ...TEXT_FIELDS.map((field) => indexedForm(field, keyOf(row, field))));
    this.#addMetadata(Number(lastInsertRowid), user.id, metadataEntriesOf(user));
  }

  #change(user: User, reindexed: Reindexed[]): void {
    const before = this.#statements.row.get(user.id) as (StoredRow & { number: number }) | undefined;
    if (before === undefined) {
      this.#add(user);
      return;
    }
    const after = storedRowOf(user);
    const changed = COLUMNS.filter((column) => before[column] !== after[column]);
    if (changed.length > 0) {
      this.#update(changed).run(...changed.map((column) => after[column]), before.number);
      reindexed.push(textChange(before.number, before, after));
    }
    this.#changeMetadata(before.number, user);
  }

  /** Names what changed and nothing else: SQLite writes an index anew when a column of it is named, changed or not. */
  #update(columns: readonly Column[]): StatementSync {
    const setters = columns.map((column) => `${column} = ?`).join(', ');
    const known = this.#updates.get(setters);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(`UPDATE user_search SET ${setters} WHERE number = ?`);
    this.#updates.set(setters, statement);
    return statement;
  }

  /** Not written again where it is as before: it has pages of its own. */
  #changeMetadata(number: number, user: User): void {
    const before = this.#statements.metadata.get(number) as MetadataTexts | undefined;
    const entries = metadataEntriesOf(user);
    if (before === undefined && entries.length === 0) return;
    const after = metadataTextsOf(entries);
    if (before !== undefined && METADATA_COLUMNS.every((column) => before[column] === after[column])) return;
    this.#statements.removeMetadata.run(number);
    this.#statements.removeEntries.run(user.id);
    this.#addMetadata(number, user.id, entries, after);
  }

  #addMetadata(
    number: number,
    userId: string,
    entries: readonly MetadataEntry[],
    texts = metadataTextsOf(entries),
  ): void {
    if (entries.length === 0) return;
    this.#statements.addMetadata.run(number, ...METADATA_COLUMNS.map((column) => texts[column]));
    for (const { name, nameKey, valueDigest } of entries) {
      this.#statements.addEntry.run(userId, name, nameKey, valueDigest);
    }
  }
}

/**
 * Only the fields that changed, unless a trigram may belong to several fields: taking it out for one would take it from
 * the others too.
 */
function textChange(number: number, before: SearchRow, after: SearchRow): Reindexed {
  const changed = TEXT_FIELDS.filter((field) => keyOf(before, field) !== keyOf(after, field));
  if (changed.length === 0) return { number, out: [], in: [] };
  const alone = changed.every((field) => isOfItsFieldOnly(keyOf(before, field)));
  const texts = (row: SearchRow): string[] =>
    TEXT_FIELDS.map((field) => (!alone || changed.includes(field) ? indexedForm(field, keyOf(row, field)) : ''));
  return { number, out: texts(before), in: texts(after) };
}

function keyOf(row: SearchRow, field: (typeof TEXT_FIELDS)[number]): string {
  return String(row[TEXT_COLUMNS[field].key]);
}

function storedRowOf(user: User): StoredRow {
  const row = searchRowOf(user);
  return { ...row, apart: apartOf(row) };
}

function valuesOf(row: StoredRow): SQLInputValue[] {
  return COLUMNS.map((column) => row[column]);
}

function prepareSearch(db: DatabaseSync) {
  const columns = COLUMNS.join(', ');
  const keys = TEXT_FIELDS.map((field) => TEXT_COLUMNS[field].key).join(', ');
  const places = TEXT_FIELDS.map(() => '?').join(', ');
  return {
    row: db.prepare(`SELECT number, ${columns} FROM user_search WHERE user_id = ?`),
    insert: db.prepare(`INSERT INTO user_search (${columns}) VALUES (${COLUMNS.map(() => '?').join(', ')})`),
    clear: db.prepare('DELETE FROM user_search'),
    addText: db.prepare(`INSERT INTO user_search_text (rowid, ${keys}) VALUES (?, ${places})`),
    removeText: db.prepare(
      `INSERT INTO user_search_text (user_search_text, rowid, ${keys}) VALUES ('delete', ?, ${places})`,
    ),
    clearText: db.prepare("INSERT INTO user_search_text (user_search_text) VALUES ('delete-all')"),
    metadata: db.prepare(`SELECT ${METADATA_COLUMNS.join(', ')} FROM user_search_metadata WHERE number = ?`),
    addMetadata: db.prepare(
      `INSERT INTO user_search_metadata (number, ${METADATA_COLUMNS.join(', ')}) VALUES (?, ?, ?)`,
    ),
    removeMetadata: db.prepare('DELETE FROM user_search_metadata WHERE number = ?'),
    clearMetadata: db.prepare('DELETE FROM user_search_metadata'),
    addEntry: db.prepare('INSERT INTO user_metadata (user_id, name, name_key, value_digest) VALUES (?, ?, ?, ?)'),
    removeEntries: db.prepare('DELETE FROM user_metadata WHERE user_id = ?'),
    clearEntries: db.prepare('DELETE FROM user_metadata'),
  };
}
