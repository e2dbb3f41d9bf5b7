import type { DatabaseSync } from 'node:sqlite';

/** The statements of the write path and of point reads, prepared once. */
export function prepareStatements(db: DatabaseSync) {
  return {
    dataVersion: db.prepare('PRAGMA data_version'),
    user: db.prepare('SELECT document FROM users WHERE id = ?'),
    sequence: db.prepare('SELECT sequence FROM users WHERE id = ?'),
    insertUser: db.prepare(
      `INSERT INTO users (id, organization_id, kind, state, username, sequence, version, created_at, changed_at, document)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    updateUser: db.prepare(
      `UPDATE users SET state = ?, username = ?, sequence = ?, version = ?, changed_at = ?, document = ? WHERE id = ?`,
    ),
    insertEvent: db.prepare(
      `INSERT INTO events
         (user_id, sequence, organization_id, kind, type, schema, at, actor, dialect, client, request_id, changes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    events: db.prepare('SELECT * FROM events WHERE user_id = ? ORDER BY sequence'),
    claimHolder: db.prepare('SELECT user_id FROM claims WHERE key = ?'),
    deleteClaim: db.prepare('DELETE FROM claims WHERE key = ? AND user_id = ?'),
    insertClaim: db.prepare('INSERT INTO claims (key, user_id) VALUES (?, ?)'),
    answer: db.prepare('SELECT fingerprint, payload, sealed, expires_at FROM answers WHERE key = ?'),
    saveAnswer: db.prepare(
      'INSERT OR REPLACE INTO answers (key, fingerprint, payload, sealed, expires_at) VALUES (?, ?, ?, ?, ?)',
    ),
    pruneAnswers: db.prepare(
      `DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`,
    ),
    shortLived: db.prepare('SELECT value FROM short_lived WHERE key = ? AND expires_at > ?'),
    addShortLived: db.prepare(
      `INSERT INTO short_lived (key, value, expires_at) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE
       SET value = excluded.value, expires_at = excluded.expires_at WHERE short_lived.expires_at <= ?`,
    ),
    replaceShortLived: db.prepare(
      'UPDATE short_lived SET value = ?, expires_at = ? WHERE key = ? AND value = ? AND expires_at > ?',
    ),
    pruneShortLived: db.prepare(
      `DELETE FROM short_lived WHERE key IN
         (SELECT key FROM short_lived WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`,
    ),
    insertDelivery: db.prepare(
      `INSERT INTO outbox (user_id, receiver, kind, sequence, created_at, due_at, attempts, message)
       VALUES (?, ?, ?, ?, ?, ?, 0, ?)`,
    ),
    feed: db.prepare('SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ?'),
    deferred: db.prepare('SELECT id, queue, payload FROM deferred ORDER BY id'),
    deferredOf: db.prepare('SELECT id, queue, payload FROM deferred WHERE queue = ? ORDER BY id'),
    isDeferred: db.prepare('SELECT 1 FROM deferred WHERE id = ?'),
    insertDeferred: db.prepare('INSERT INTO deferred (queue, payload) VALUES (?, ?)'),
    deleteDeferred: db.prepare('DELETE FROM deferred WHERE id = ?'),
    organizations: db.prepare('SELECT id, settings FROM organizations ORDER BY id'),
    saveOrganization: db.prepare('INSERT OR REPLACE INTO organizations (id, settings) VALUES (?, ?)'),
    setting: db.prepare('SELECT value FROM settings WHERE name = ?'),
    saveSetting: db.prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)'),
    deleteSetting: db.prepare('DELETE FROM settings WHERE name = ?'),
    anyUser: db.prepare('SELECT 1 FROM users LIMIT 1'),
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),
  };
}

export type Statements = ReturnType<typeof prepareStatements>;
