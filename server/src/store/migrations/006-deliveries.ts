import type { Migration } from './migration.ts';

/**
 * The outbox with a receiver for each delivery, and how receivers are doing. A delivery that was given up stays where it
 * was, with the time and the answer, so that it has its old place when it is asked for again; no index of what waits
 * knows it. What stood here before was never sent to anybody.
 */
export const deliveries: Migration = {
  name: 'deliveries',
  statements: (t) => [
    'DROP TABLE outbox',
    `CREATE TABLE outbox (
      id ${t.position},
      user_id ${t.text} NOT NULL,
      receiver ${t.text} NOT NULL,
      kind ${t.text} NOT NULL,
      sequence ${t.integer},
      created_at ${t.integer} NOT NULL,
      due_at ${t.integer} NOT NULL,
      attempts ${t.integer} NOT NULL,
      message ${t.text},
      died_at ${t.integer},
      answer ${t.text}${t.spreadKey('user_id, id')}
    )${t.tableOptions}`,
    // With the user, so that those who are busy are passed over without a look at their rows.
    'CREATE INDEX outbox_due ON outbox (receiver, due_at, id, user_id) WHERE died_at IS NULL',
    'CREATE INDEX outbox_of_user ON outbox (receiver, user_id, id) WHERE died_at IS NULL',
    'CREATE INDEX outbox_dead ON outbox (receiver, id) WHERE died_at IS NOT NULL',
    'CREATE INDEX outbox_by_death ON outbox (died_at) WHERE died_at IS NOT NULL',
    `CREATE TABLE receivers (
      id ${t.text} PRIMARY KEY,
      failures ${t.integer} NOT NULL DEFAULT 0,
      due_at ${t.integer} NOT NULL DEFAULT 0,
      disabled_at ${t.integer},
      disabled_address ${t.text},
      answer ${t.text},
      holder ${t.text},
      held_until ${t.integer} NOT NULL DEFAULT 0
    )${t.tableOptions}`,
  ],
};
