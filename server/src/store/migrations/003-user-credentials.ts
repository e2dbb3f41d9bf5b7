import type { Migration } from './migration.ts';

/**
 * What lists of keys and tokens are made from. It follows from the records. Nobody has one before this table is there:
 * those that the setup file declares are not listed.
 */
export const userCredentials: Migration = {
  name: 'user credentials',
  statements: (t) => [
    `CREATE TABLE user_credentials (
      user_id ${t.text} NOT NULL,
      kind ${t.text} NOT NULL,
      id ${t.text} NOT NULL,
      organization_id ${t.text} NOT NULL,
      created_at ${t.integer} NOT NULL,
      expires_at ${t.integer} NOT NULL,
      PRIMARY KEY (user_id, kind, id)
    )${t.clusteredOptions}`,
    'CREATE INDEX user_credentials_by_id ON user_credentials (id, kind, user_id)',
    'CREATE INDEX user_credentials_by_created ON user_credentials (kind, created_at, id, user_id)',
    'CREATE INDEX user_credentials_by_expiry ON user_credentials (kind, expires_at, id, user_id)',
    `CREATE INDEX user_credentials_of_organization_by_created
      ON user_credentials (kind, organization_id, created_at, id, user_id)`,
    `CREATE INDEX user_credentials_of_organization_by_expiry
      ON user_credentials (kind, organization_id, expires_at, id, user_id)`,
  ],
};
