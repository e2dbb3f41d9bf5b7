import type { Migration } from './migration.ts';

/** Small values that all processes share for a while, such as sign-ins that wait for another device. */
export const shortLived: Migration = {
  name: 'short-lived values',
  statements: (t) => [
    `CREATE TABLE short_lived (
      key ${t.text} PRIMARY KEY,
      value ${t.text} NOT NULL,
      expires_at ${t.integer} NOT NULL
    )${t.tableOptions}`,
    'CREATE INDEX short_lived_by_expiry ON short_lived (expires_at)',
  ],
};
