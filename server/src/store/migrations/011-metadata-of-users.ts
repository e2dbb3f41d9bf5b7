import { SEARCH_STALE } from '../settings.ts';
import type { Migration } from './migration.ts';

/**
 * All metadata of a user together, so that filters that most users meet are told by one look at each; and which texts
 * of a user need no look beside another.
 */
export const metadataOfUsers: Migration = {
  name: 'metadata of users',
  statements: (t) => [
    ...t.metadata,
    ...t.apart,
    `INSERT INTO settings (name, value) VALUES ('${SEARCH_STALE}', '1') ON CONFLICT (name) DO NOTHING`,
  ],
};
