import { SEARCH_STALE } from '../settings.ts';
import type { Migration } from './migration.ts';

/** By whom users were referred, so that those are found whom somebody did refer. */
export const referrers: Migration = {
  name: 'referrers',
  statements: (t) => [
    `ALTER TABLE user_search ADD COLUMN referrer ${t.text} NOT NULL DEFAULT ''`,
    "CREATE INDEX user_search_by_referrer ON user_search (realm, referrer, user_id) WHERE referrer <> ''",
    `INSERT INTO settings (name, value) VALUES ('${SEARCH_STALE}', '1') ON CONFLICT (name) DO NOTHING`,
  ],
};
