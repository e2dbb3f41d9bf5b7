import type { Migration } from './migration.ts';

/** The orders of states and kinds, in which an API lists users; by it also the few are found that are in a rare state. */
export const stateAndKindOrder: Migration = {
  name: 'state and kind order',
  statements: () => [
    'DROP INDEX user_search_machines',
    'CREATE INDEX user_search_by_kind ON user_search (realm, kind, user_id)',
    'CREATE INDEX user_search_by_state ON user_search (realm, state, user_id)',
  ],
};
