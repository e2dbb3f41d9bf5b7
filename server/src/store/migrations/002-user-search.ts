import { SEARCH_STALE } from '../settings.ts';
import type { Migration } from './migration.ts';

/**
 * What lists of users are made from. It follows from the records, so it is filled by the engine once all tables are
 * there, whenever the setting says that it is stale. Absent texts are empty, so that no condition is ever unknown. What
 * comes first in a row is read the quickest: numbers, and then what has no index of its own.
 */
export const userSearch: Migration = {
  name: 'user search',
  statements: (t) => [
    `CREATE TABLE user_search (
      ${t.rowNumber}
      created_at ${t.integer} NOT NULL,
      kind ${t.small} NOT NULL,
      state ${t.small} NOT NULL,
      type ${t.small} NOT NULL,
      email_verified ${t.small} NOT NULL,
      phone_verified ${t.small} NOT NULL,
      fraud ${t.small} NOT NULL,
      user_id ${t.text} NOT NULL,
      realm ${t.text} NOT NULL,
      nick_name_key ${t.text} NOT NULL,
      given_name_key ${t.text} NOT NULL,
      phone_key ${t.text} NOT NULL,
      family_name_key ${t.text} NOT NULL,
      username_key ${t.text} NOT NULL,
      display_name_key ${t.text} NOT NULL,
      email_key ${t.text} NOT NULL,
      username_raw ${t.text} NOT NULL,
      given_name_raw ${t.text} NOT NULL,
      family_name_raw ${t.text} NOT NULL,
      nick_name_raw ${t.text} NOT NULL,
      display_name_raw ${t.text} NOT NULL,
      email_raw ${t.text} NOT NULL,
      phone_raw ${t.text} NOT NULL,
      code ${t.text} NOT NULL,
      referral_code ${t.text} NOT NULL,
      language ${t.text} NOT NULL,
      time_zone ${t.text} NOT NULL,
      package ${t.text} NOT NULL,
      roles ${t.text} NOT NULL,
      avatar_url ${t.text} NOT NULL,
      ${t.key('user_id')}
    )${t.tableOptions}`,
    'CREATE INDEX user_search_by_id ON user_search (realm, user_id)',
    'CREATE INDEX user_search_by_created ON user_search (realm, created_at, user_id)',
    'CREATE INDEX user_search_by_username_key ON user_search (realm, username_key, user_id)',
    'CREATE INDEX user_search_by_given_name_key ON user_search (realm, given_name_key, user_id)',
    'CREATE INDEX user_search_by_nick_name_key ON user_search (realm, nick_name_key, user_id)',
    'CREATE INDEX user_search_by_code ON user_search (realm, code, user_id)',
    'CREATE INDEX user_search_by_family_name_key ON user_search (realm, family_name_key, user_id)',
    'CREATE INDEX user_search_by_display_name_key ON user_search (realm, display_name_key, user_id)',
    'CREATE INDEX user_search_by_email_key ON user_search (realm, email_key, user_id)',
    ...t.trigrams,
    ...t.counts,
    `CREATE TABLE user_metadata (
      user_id ${t.text} NOT NULL,
      name ${t.text} NOT NULL,
      name_key ${t.text} NOT NULL,
      value_digest ${t.text} NOT NULL,
      PRIMARY KEY (user_id, name)
    )${t.clusteredOptions}`,
    'CREATE INDEX user_metadata_by_name_key ON user_metadata (name_key, value_digest)',
    `INSERT INTO settings (name, value) VALUES ('${SEARCH_STALE}', '1')`,
  ],
};
