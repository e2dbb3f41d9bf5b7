import type { Migration } from './migration.ts';

/** The order of phone numbers, in which an API lists users. */
export const phoneOrder: Migration = {
  name: 'phone order',
  statements: () => ['CREATE INDEX user_search_by_phone_key ON user_search (realm, phone_key, user_id)'],
};
