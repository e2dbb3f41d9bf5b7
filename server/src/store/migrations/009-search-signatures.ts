import { SEARCH_STALE } from '../settings.ts';
import type { Migration } from './migration.ts';

/** Signatures of the searched texts, by which most rows are passed over where no index helps. */
export const searchSignatures: Migration = {
  name: 'search signatures',
  statements: (t) => [
    ...t.signatures,
    `INSERT INTO settings (name, value) VALUES ('${SEARCH_STALE}', '1') ON CONFLICT (name) DO NOTHING`,
  ],
};
