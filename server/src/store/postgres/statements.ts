import { CREDENTIAL_COLUMNS } from '../search/credential-row.ts';
import { METADATA_COLUMNS } from '../search/metadata.ts';
import { SEARCH_COLUMNS, type SearchColumn } from '../search/row.ts';
import { SIGNATURE_COLUMNS } from './lists/signature.ts';

/** A statement that each connection prepares once, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

function statement(name: string, text: string): Statement {
  return { name, text };
}

/** Keys of advisory locks; any numbers, but the same in every process. */
export const CONFIGURATION_LOCK = 7_401_001;
export const START_LOCK = 7_401_002;

/** Columns of `user_search` that hold numbers; the others hold texts. */
export const SEARCH_NUMBERS: ReadonlySet<SearchColumn> = new Set([
  'kind',
  'state',
  'created_at',
  'type',
  'email_verified',
  'phone_verified',
  'fraud',
]);

const NUMBERS: ReadonlySet<string> = new Set([...SEARCH_NUMBERS, ...SIGNATURE_COLUMNS]);
/** But for the trigrams, which come as texts. */
const SAVED = [...SEARCH_COLUMNS, ...SIGNATURE_COLUMNS, ...METADATA_COLUMNS];

const CREDENTIALS = Object.entries(CREDENTIAL_COLUMNS);

/** What a batch reads, in this order. A later statement sees what was committed while the lock was waited for. */
export const READS = {
  /** Held to the end of every batch, so that no configuration changes between decision and commit. */
  shareConfiguration: statement('share_configuration', `SELECT pg_advisory_xact_lock_shared(${CONFIGURATION_LOCK})`),
  /** In the order of ids, so that two batches that want the same users cannot wait for each other. */
  lockUsers: statement(
    'lock_users',
    `SELECT id, document, tx::text FROM users
     WHERE id = ANY($1::text[] || ARRAY(SELECT user_id FROM claims WHERE key = ANY($2::text[])))
     ORDER BY id FOR NO KEY UPDATE`,
  ),
  callers: statement('callers', 'SELECT id, document FROM users WHERE id = ANY($1::text[])'),
  claims: statement('claims', 'SELECT key, user_id FROM claims WHERE key = ANY($1::text[])'),
  answers: statement(
    'answers',
    'SELECT key, fingerprint, payload, sealed, expires_at FROM answers WHERE key = ANY($1::text[])',
  ),
  /** What another process is at is passed over. */
  lockDeferred: statement(
    'lock_deferred',
    `SELECT id FROM deferred
     WHERE (queue, id) IN (SELECT queue, id FROM unnest($1::text[], $2::bigint[]) AS wanted (queue, id))
     FOR UPDATE SKIP LOCKED`,
  ),
  /** The number of the configuration, and of this transaction. */
  revision: statement(
    'revision',
    `SELECT pg_current_xact_id()::text AS tx, (SELECT value FROM settings WHERE name = 'revision') AS revision`,
  ),
} as const;

/** What a batch writes, in this order; rows come as one array per column. */
export const WRITES = {
  updateUsers: statement(
    'update_users',
    `UPDATE users SET state = c.state, username = c.username, sequence = c.sequence, version = c.version,
       changed_at = c.changed_at, document = c.document, tx = $8::xid8
     FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[])
       AS c (id, state, username, sequence, version, changed_at, document)
     WHERE users.id = c.id`,
  ),
  insertUsers: statement(
    'insert_users',
    `INSERT INTO users
       (id, organization_id, kind, state, username, sequence, version, created_at, changed_at, document, tx)
     SELECT *, $11::xid8 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],
       $7::bigint[], $8::bigint[], $9::bigint[], $10::text[])`,
  ),
  /** What the rows that follow add to each realm, and take from it. */
  countUsers: statement(
    'count_users',
    `INSERT INTO user_counts (realm, users)
     SELECT realm, sum(users) FROM (
       SELECT realm, 1 AS users FROM unnest($2::text[]) AS c (realm)
       UNION ALL SELECT realm, -1 FROM user_search WHERE user_id = ANY($1::text[])
     ) AS changes GROUP BY realm HAVING sum(users) <> 0 ORDER BY realm`,
  ),
  /** A row that stays as it is is not written again. */
  saveSearch: statement(
    'save_search',
    `INSERT INTO user_search (${SAVED.join(', ')}, trigrams)
     SELECT ${SAVED.join(', ')}, trigrams::smallint[]
     FROM unnest(${[...SAVED.map(searchParameter), `$${SAVED.length + 1}::text[]`].join(', ')})
       AS c (${SAVED.join(', ')}, trigrams)
     ON CONFLICT (user_id) DO UPDATE SET (${SAVED.join(', ')}, trigrams)
       = (${SAVED.map((name) => `excluded.${name}`).join(', ')}, excluded.trigrams)
     WHERE (${SAVED.map((name) => `user_search.${name}`).join(', ')}, user_search.trigrams)
       IS DISTINCT FROM (${SAVED.map((name) => `excluded.${name}`).join(', ')}, excluded.trigrams)`,
  ),
  deleteMetadata: statement('delete_metadata', 'DELETE FROM user_metadata WHERE user_id = ANY($1::text[])'),
  insertMetadata: statement(
    'insert_metadata',
    `INSERT INTO user_metadata (user_id, name, name_key, value_digest)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])`,
  ),
  deleteCredentials: statement('delete_credentials', 'DELETE FROM user_credentials WHERE user_id = ANY($1::text[])'),
  insertCredentials: statement(
    'insert_credentials',
    `INSERT INTO user_credentials (${CREDENTIALS.map(([name]) => name).join(', ')})
     SELECT * FROM unnest(${CREDENTIALS.map(([, kind], n) => `$${n + 1}::${kind === 'integer' ? 'bigint' : 'text'}[]`).join(', ')})`,
  ),
  insertEvents: statement(
    'insert_events',
    `INSERT INTO events
       (user_id, sequence, organization_id, kind, type, schema, at, actor, dialect, client, request_id, changes, tx)
     SELECT *, $13::xid8 FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[],
       $7::bigint[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])`,
  ),
  deleteClaims: statement(
    'delete_claims',
    `DELETE FROM claims USING unnest($1::text[], $2::text[]) AS c (key, user_id)
     WHERE claims.key = c.key AND claims.user_id = c.user_id`,
  ),
  insertClaims: statement(
    'insert_claims',
    'INSERT INTO claims (key, user_id) SELECT * FROM unnest($1::text[], $2::text[])',
  ),
  deleteAnswers: statement('delete_answers', 'DELETE FROM answers WHERE key = ANY($1::text[])'),
  insertAnswers: statement(
    'insert_answers',
    `INSERT INTO answers (key, fingerprint, payload, sealed, expires_at)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])`,
  ),
  insertDeliveries: statement(
    'insert_deliveries',
    `INSERT INTO outbox (user_id, receiver, kind, sequence, created_at, due_at, attempts, message)
     SELECT user_id, receiver, kind, sequence, at, at, 0, message
     FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[])
       AS c (user_id, receiver, kind, sequence, at, message)`,
  ),
  insertDeferred: statement(
    'insert_deferred',
    'INSERT INTO deferred (queue, payload) SELECT * FROM unnest($1::text[], $2::text[])',
  ),
  deleteDeferred: statement(
    'delete_deferred',
    `DELETE FROM deferred USING unnest($1::text[], $2::bigint[]) AS c (queue, id)
     WHERE deferred.queue = c.queue AND deferred.id = c.id`,
  ),
} as const;

function searchParameter(name: string, index: number): string {
  return `$${index + 1}::${NUMBERS.has(name) ? 'bigint' : 'text'}[]`;
}

export const COMMIT = 'COMMIT';
export const ROLLBACK = 'ROLLBACK';

/** Reads of single records, of as many as are asked for at the same moment. */
export const LOOKUPS = {
  users: statement('users', 'SELECT id AS key, id, document FROM users WHERE id = ANY($1::text[])'),
  usersByClaim: statement(
    'users_by_claim',
    `SELECT claims.key, users.id, users.document FROM claims JOIN users ON users.id = claims.user_id
     WHERE claims.key = ANY($1::text[])`,
  ),
} as const;

export const OTHERS = {
  events: statement('events', 'SELECT * FROM events WHERE user_id = $1 ORDER BY sequence'),
  /** Only what is older than every transaction that is still open: nothing can appear before it any more. */
  feed: statement(
    'feed',
    `SELECT *, tx::text AS tx FROM events
     WHERE (tx, position) > ($1::xid8, $2::bigint) AND tx < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY events.tx, position LIMIT $3`,
  ),
  deferred: statement('deferred', 'SELECT id, queue, payload FROM deferred ORDER BY id'),
  deferredOf: statement('deferred_of', 'SELECT id, queue, payload FROM deferred WHERE queue = $1 ORDER BY id'),
  organizations: statement('organizations', 'SELECT id, settings FROM organizations ORDER BY id'),
  setting: statement('setting', 'SELECT value FROM settings WHERE name = $1'),
  settings: statement('settings', 'SELECT name, value FROM settings WHERE name = ANY($1::text[])'),
  saveSetting: statement(
    'save_setting',
    'INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  ),
  addSetting: statement('add_setting', 'INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING'),
  replaceSetting: statement('replace_setting', 'UPDATE settings SET value = $3 WHERE name = $1 AND value = $2'),
  deleteSetting: statement('delete_setting', 'DELETE FROM settings WHERE name = $1'),
  saveOrganizations: statement(
    'save_organizations',
    `INSERT INTO organizations (id, settings) SELECT * FROM unnest($1::text[], $2::text[])
     ON CONFLICT (id) DO UPDATE SET settings = excluded.settings`,
  ),
  /** Adds one to a number among the settings; answers what it was. */
  increment: statement(
    'increment',
    `INSERT INTO settings (name, value) VALUES ($1, '1')
     ON CONFLICT (name) DO UPDATE SET value = (settings.value::bigint + 1)::text RETURNING value::bigint - 1 AS before`,
  ),
  sequence: statement('sequence', 'SELECT sequence FROM users WHERE id = $1'),
  lockConfiguration: statement('lock_configuration', `SELECT pg_advisory_xact_lock(${CONFIGURATION_LOCK})`),
  pruneAnswers: statement(
    'prune_answers',
    `DELETE FROM answers WHERE key = ANY(ARRAY(
       SELECT key FROM answers WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED))`,
  ),
  shortLived: statement('short_lived', 'SELECT value FROM short_lived WHERE key = $1 AND expires_at > $2'),
  addShortLived: statement(
    'add_short_lived',
    `INSERT INTO short_lived (key, value, expires_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO UPDATE
     SET value = excluded.value, expires_at = excluded.expires_at WHERE short_lived.expires_at <= $4`,
  ),
  replaceShortLived: statement(
    'replace_short_lived',
    'UPDATE short_lived SET value = $1, expires_at = $2 WHERE key = $3 AND value = $4 AND expires_at > $5',
  ),
  pruneShortLived: statement(
    'prune_short_lived',
    `DELETE FROM short_lived WHERE key = ANY(ARRAY(
       SELECT key FROM short_lived WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED))`,
  ),
  usersBehind: statement('users_behind', 'SELECT id, document FROM users WHERE id > $1 ORDER BY id LIMIT $2'),
  isEmpty: statement(
    'is_empty',
    'SELECT NOT EXISTS (SELECT FROM users) AND NOT EXISTS (SELECT FROM organizations) AS empty',
  ),
} as const;
