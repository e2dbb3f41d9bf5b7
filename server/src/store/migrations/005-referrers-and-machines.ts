import { SEARCH_STALE } from '../settings.ts';
import type { Migration } from './migration.ts';

/**
 * By whom users were referred, so that those are found whom somebody did refer. And which users are machines, so that a
 * list of people need not look at everybody to leave the few others out.
 */
export const referrersAndMachines: Migration = {
  name: 'referrers and machines',
  statements: (t) => [
    `ALTER TABLE user_search ADD COLUMN referrer ${t.text} NOT NULL DEFAULT ''`,
    "CREATE INDEX user_search_by_referrer ON user_search (realm, referrer, user_id) WHERE referrer <> ''",
    'CREATE INDEX user_search_machines ON user_search (realm, user_id) WHERE kind = 1',
    `INSERT INTO settings (name, value) VALUES ('${SEARCH_STALE}', '1') ON CONFLICT (name) DO NOTHING`,
  ],
};
