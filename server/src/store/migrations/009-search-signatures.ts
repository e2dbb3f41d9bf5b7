import type { Migration } from './migration.ts';

/** Signatures of the searched texts, where most rows are passed over by them when no index helps. */
export const searchSignatures: Migration = {
  name: 'search signatures',
  statements: (t) => t.signatures,
};
