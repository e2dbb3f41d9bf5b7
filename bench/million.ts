import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { loadDirectory, type OrganizationDirectory } from '../server/src/app/directory.ts';
import { TEXT_FIELDS } from '../server/src/app/ports/user-list.ts';
import { claimsOf } from '../server/src/core/user/claims.ts';
import { EVENT_SCHEMA, type FieldChange, type UserEvent } from '../server/src/core/user/events.ts';
import { EMPTY_USER, type User } from '../server/src/core/user/user.ts';
import { writeDocument } from '../server/src/store/documents.ts';
import { apartOf } from '../server/src/store/search/apart.ts';
import { METADATA_COLUMNS, metadataEntriesOf, metadataTextsOf } from '../server/src/store/search/metadata.ts';
import { SEARCH_COLUMNS, searchRowOf, TEXT_COLUMNS } from '../server/src/store/search/row.ts';
import { openSqliteStore } from '../server/src/store/sqlite/index.ts';
import { indexedForm } from '../server/src/store/sqlite/lists/trigrams.ts';
import { ACME } from '../server/test/support/setup.ts';
import { person } from './people.ts';
import { type Prepared, prepare } from './prepare.ts';

/** One user as plain data: what each table holds of them. */
export interface BulkUser {
  readonly user: User;
  readonly document: string;
  readonly event: UserEvent;
  readonly claims: readonly string[];
}

/** Takes the rows of users as they come; `finish` brings indexes and claims. */
export interface BulkTarget {
  add(row: BulkUser): void;
  finish(): void | Promise<void>;
}

const FIRST = Date.UTC(2020, 0, 1);
const BETWEEN = 150_000;

export function idOfBulk(n: number): string {
  return String(500_000_000_000_000_000n + BigInt(n));
}

/** Value of the only metadata that each has, the same for one in a hundred. */
export function teamOf(n: number): string {
  return Buffer.from(`team ${n % 100}`).toString('base64');
}

/** The users from 0 to `count`, each as `user.created` would have made it. */
export function fillBulk(target: BulkTarget, directory: OrganizationDirectory, count: number): void {
  for (let n = 0; n < count; n += 1) target.add(bulkUser(n, directory));
}

export function bulkUser(n: number, directory: OrganizationDirectory): BulkUser {
  const { username, profile, email, phone, address } = person(n);
  const id = idOfBulk(n);
  const at = FIRST + n * BETWEEN;
  const externalIds = { [ACME.avibra.partnerName]: `ext-${n}` };
  const metadata = { team: teamOf(n) };
  const user: User = {
    ...EMPTY_USER,
    id,
    organizationId: ACME.id,
    kind: 'human',
    sequence: 1,
    version: 1,
    createdAt: at,
    changedAt: at,
    username: username ?? null,
    profile: { ...EMPTY_USER.profile, ...profile },
    email: { ...EMPTY_USER.email, value: email.value },
    phone: { ...EMPTY_USER.phone, value: phone.value },
    address: { ...EMPTY_USER.address, ...address },
    extra: { ...EMPTY_USER.extra, externalIds, metadata },
  };
  const changes: Record<string, FieldChange> = {};
  const set = (path: string, before: unknown, after: unknown): void => {
    changes[path] = { before, after };
  };
  set('username', null, username);
  for (const [name, value] of Object.entries(profile)) set(`profile.${name}`, null, value);
  for (const [name, value] of Object.entries(address)) set(`address.${name}`, null, value);
  set('extra.externalIds', {}, externalIds);
  set('extra.metadata', {}, metadata);
  set('email.value', null, email.value);
  set('phone.value', null, phone.value);
  const event: UserEvent = {
    userId: id,
    organizationId: ACME.id,
    kind: 'human',
    sequence: 1,
    type: 'user.created',
    schema: EVENT_SCHEMA,
    at,
    origin: { actor: 'system', dialect: 'bench', client: 'system', requestId: 'bench' },
    changes,
  };
  return { user, document: writeDocument(user), event, claims: claimsOf(user, directory) };
}

/** A data folder with that many users, written straight into the tables of SQLite. */
export async function prepareMillion(dataDir: string, count: number): Promise<Prepared> {
  const prepared = await prepare(dataDir, 0);
  const path = join(dataDir, 'tessera.db');
  const store = await openSqliteStore(path);
  const directory = await loadDirectory(store);
  await store.close();
  const target = sqliteTarget(path);
  fillBulk(target, directory, count);
  await target.finish();
  return { ...prepared, userIds: Array.from({ length: count }, (_, n) => idOfBulk(n)) };
}

/** Without journal and without secondary indexes, which are made at the end. */
function sqliteTarget(path: string): BulkTarget {
  const db = new DatabaseSync(path);
  db.exec(
    'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; PRAGMA temp_store = MEMORY',
  );
  const indexes = db
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name <> 'answers'")
    .all();
  for (const { name } of indexes) db.exec(`DROP INDEX ${name}`);
  const keys = TEXT_FIELDS.map((field) => TEXT_COLUMNS[field].key);
  const marks = (count: number): string => Array(count).fill('?').join(', ');
  const user = db.prepare(`INSERT INTO users VALUES (${marks(10)})`);
  const event = db.prepare(
    `INSERT INTO events (user_id, sequence, organization_id, kind, type, schema, at, actor, dialect, client, request_id,
       changes) VALUES (${marks(12)})`,
  );
  const search = db.prepare(
    `INSERT INTO user_search (${SEARCH_COLUMNS.join(', ')}, apart) VALUES (${marks(SEARCH_COLUMNS.length + 1)})`,
  );
  const text = db.prepare(
    `INSERT INTO user_search_text (rowid, ${keys.join(', ')}) VALUES (${marks(keys.length + 1)})`,
  );
  const entry = db.prepare('INSERT INTO user_metadata (user_id, name, name_key, value_digest) VALUES (?, ?, ?, ?)');
  const metadata = db.prepare(
    `INSERT INTO user_search_metadata (number, ${METADATA_COLUMNS.join(', ')}) VALUES (?, ?, ?)`,
  );
  db.exec('CREATE TEMP TABLE new_claims (key TEXT, user_id TEXT)');
  const claim = db.prepare('INSERT INTO new_claims VALUES (?, ?)');
  db.exec('BEGIN');
  return {
    add(row) {
      const { id, organizationId, kind, state, username, sequence, version, createdAt, changedAt } = row.user;
      user.run(id, organizationId, kind, state, username, sequence, version, createdAt, changedAt, row.document);
      const { type, schema, at, origin, changes } = row.event;
      const { actor, dialect, client, requestId } = origin;
      const body = JSON.stringify(changes);
      event.run(id, sequence, organizationId, kind, type, schema, at, actor, dialect, client, requestId, body);
      for (const key of row.claims) claim.run(key, id);
      const found = searchRowOf(row.user);
      const { lastInsertRowid } = search.run(...SEARCH_COLUMNS.map((column) => found[column]), apartOf(found));
      const forms = TEXT_FIELDS.map((field) => indexedForm(field, String(found[TEXT_COLUMNS[field].key])));
      text.run(lastInsertRowid, ...forms);
      const entries = metadataEntriesOf(row.user);
      for (const { name, nameKey, valueDigest } of entries) entry.run(id, name, nameKey, valueDigest);
      const texts = metadataTextsOf(entries);
      metadata.run(lastInsertRowid, ...METADATA_COLUMNS.map((column) => texts[column]));
    },
    finish() {
      db.exec('INSERT INTO claims SELECT key, user_id FROM new_claims ORDER BY key');
      for (const { sql } of indexes) db.exec(String(sql));
      db.exec('COMMIT; PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE)');
      db.close();
    },
  };
}
