import type { Migration } from './migration.ts';

/** By it the users are found who have some value in their metadata, whatever its key. */
export const metadataValues: Migration = {
  name: 'metadata values',
  statements: () => ['CREATE INDEX user_metadata_by_value ON user_metadata (value_digest, user_id)'],
};
