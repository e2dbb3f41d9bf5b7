import type { Migration } from './migration.ts';

/**
 * Every table of the write path carries its distribution key in its primary key: the user for records, events and
 * messages, the queue for deferred work, the claim for claims, the digest of scope and key for answers.
 */
export const initial: Migration = {
  name: 'initial',
  statements: (t) => [
    `CREATE TABLE users (
      id ${t.text} PRIMARY KEY,
      organization_id ${t.text} NOT NULL,
      kind ${t.text} NOT NULL,
      state ${t.text} NOT NULL,
      username ${t.text},
      sequence ${t.integer} NOT NULL,
      version ${t.integer} NOT NULL,
      created_at ${t.integer} NOT NULL,
      changed_at ${t.integer} NOT NULL,
      document ${t.text} NOT NULL${t.markColumn}
    )${t.recordOptions}`,
    'CREATE INDEX users_by_organization ON users (organization_id, id)',
    `CREATE TABLE events (
      position ${t.position},
      user_id ${t.text} NOT NULL,
      sequence ${t.integer} NOT NULL,
      organization_id ${t.text} NOT NULL,
      kind ${t.text} NOT NULL,
      type ${t.text} NOT NULL,
      schema ${t.integer} NOT NULL,
      at ${t.integer} NOT NULL,
      actor ${t.text} NOT NULL,
      dialect ${t.text} NOT NULL,
      client ${t.text} NOT NULL,
      request_id ${t.text} NOT NULL,
      changes ${t.text} NOT NULL${t.markColumn},
      ${t.key('user_id, sequence')}
    )${t.tableOptions}`,
    ...t.feedIndex,
    `CREATE TABLE claims (
      key ${t.text} PRIMARY KEY,
      user_id ${t.text} NOT NULL
    )${t.clusteredOptions}`,
    `CREATE TABLE answers (
      key ${t.text} PRIMARY KEY,
      fingerprint ${t.text} NOT NULL,
      payload ${t.text} NOT NULL,
      sealed ${t.integer} NOT NULL,
      expires_at ${t.integer} NOT NULL
    )${t.tableOptions}`,
    'CREATE INDEX answers_by_expiry ON answers (expires_at)',
    `CREATE TABLE outbox (
      id ${t.position},
      user_id ${t.text} NOT NULL,
      kind ${t.text} NOT NULL,
      created_at ${t.integer} NOT NULL,
      message ${t.text} NOT NULL${t.spreadKey('user_id, id')}
    )${t.tableOptions}`,
    `CREATE TABLE deferred (
      id ${t.position},
      queue ${t.text} NOT NULL,
      payload ${t.text} NOT NULL${t.spreadKey('queue, id')}
    )${t.tableOptions}`,
    `CREATE TABLE organizations (
      id ${t.text} PRIMARY KEY,
      settings ${t.text} NOT NULL
    )${t.tableOptions}`,
    `CREATE TABLE settings (
      name ${t.text} PRIMARY KEY,
      value ${t.text} NOT NULL
    )${t.tableOptions}`,
  ],
};
