import { SIGNATURE_COLUMNS } from '../postgres/lists/signature.ts';
import { SCHEMA } from '../postgres/migrate.ts';
import { SEARCH_NUMBERS } from '../postgres/statements.ts';
import { CREDENTIAL_COLUMNS } from '../search/credential-row.ts';
import { METADATA_COLUMNS } from '../search/metadata.ts';
import { SEARCH_COLUMNS } from '../search/row.ts';
import { COPY, SEARCH_STALE } from '../settings.ts';

export type ColumnKind = 'text' | 'integer';

/** A table as both engines have it. */
export interface Table {
  readonly name: string;
  /** What its rows say, whichever engine keeps them. */
  readonly columns: Readonly<Record<string, ColumnKind>>;
  /** Rows are copied and compared in the order of these columns, which tell them apart. */
  readonly order: readonly string[];
  /** That order on PostgreSQL, where it is another. */
  readonly orderOnPostgres?: readonly string[];
  /** Columns that are not copied: places in an order and marks of the transaction, which each engine fills by itself. */
  readonly generated?: readonly string[];
  /** Rows with these values in the first column belong to the database, not to the instance in it. */
  readonly except?: readonly string[];
}

export const ORGANIZATIONS: Table = { name: 'organizations', columns: { id: 'text', settings: 'text' }, order: ['id'] };

export const SETTINGS: Table = {
  name: 'settings',
  columns: { name: 'text', value: 'text' },
  order: ['name'],
  except: [COPY, SCHEMA, SEARCH_STALE],
};

export const USERS: Table = {
  name: 'users',
  columns: {
    id: 'text',
    organization_id: 'text',
    kind: 'text',
    state: 'text',
    username: 'text',
    sequence: 'integer',
    version: 'integer',
    created_at: 'integer',
    changed_at: 'integer',
    document: 'text',
  },
  order: ['id'],
  generated: ['tx'],
};

/** In the order of the feed, so that it is the same on the other side. */
export const EVENTS: Table = {
  name: 'events',
  columns: {
    user_id: 'text',
    sequence: 'integer',
    organization_id: 'text',
    kind: 'text',
    type: 'text',
    schema: 'integer',
    at: 'integer',
    actor: 'text',
    dialect: 'text',
    client: 'text',
    request_id: 'text',
    changes: 'text',
  },
  order: ['position'],
  orderOnPostgres: ['tx', 'position'],
  generated: ['position', 'tx'],
};

/** Copied one after the other, row by row. */
export const COPIED: readonly Table[] = [
  ORGANIZATIONS,
  SETTINGS,
  USERS,
  { name: 'claims', columns: { key: 'text', user_id: 'text' }, order: ['key'] },
  {
    name: 'answers',
    columns: { key: 'text', fingerprint: 'text', payload: 'text', sealed: 'integer', expires_at: 'integer' },
    order: ['key'],
  },
  EVENTS,
  {
    name: 'outbox',
    columns: {
      user_id: 'text',
      receiver: 'text',
      kind: 'text',
      sequence: 'integer',
      created_at: 'integer',
      due_at: 'integer',
      attempts: 'integer',
      message: 'text',
      died_at: 'integer',
      answer: 'text',
    },
    order: ['id'],
    generated: ['id'],
  },
  {
    name: 'receivers',
    columns: {
      id: 'text',
      failures: 'integer',
      due_at: 'integer',
      disabled_at: 'integer',
      disabled_address: 'text',
      answer: 'text',
    },
    order: ['id'],
    // Nobody delivers from a copy yet.
    generated: ['holder', 'held_until'],
  },
  { name: 'deferred', columns: { queue: 'text', payload: 'text' }, order: ['id'], generated: ['id'] },
  { name: 'short_lived', columns: { key: 'text', value: 'text', expires_at: 'integer' }, order: ['key'] },
];

export const USER_SEARCH: Table = {
  name: 'user_search',
  columns: Object.fromEntries(SEARCH_COLUMNS.map((name) => [name, SEARCH_NUMBERS.has(name) ? 'integer' : 'text'])),
  order: ['user_id'],
  generated: ['number', 'trigrams', 'apart', ...SIGNATURE_COLUMNS, ...METADATA_COLUMNS],
};

export const USER_METADATA: Table = {
  name: 'user_metadata',
  columns: { user_id: 'text', name: 'text', name_key: 'text', value_digest: 'text' },
  order: ['user_id', 'name'],
};

export const USER_CREDENTIALS: Table = {
  name: 'user_credentials',
  columns: CREDENTIAL_COLUMNS,
  order: ['user_id', 'kind', 'id'],
};

/** Follow from the records; written with them. */
export const DERIVED: readonly Table[] = [USER_SEARCH, USER_METADATA, USER_CREDENTIALS];
