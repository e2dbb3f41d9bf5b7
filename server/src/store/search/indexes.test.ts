import { expect, it } from 'vitest';
import { SORT_FIELDS } from '../../app/ports/user-list.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import { TYPES } from '../postgres/migrate.ts';
import { indexOf } from './indexes.ts';

const statements = MIGRATIONS.flatMap((migration) => migration.statements(TYPES));
/** Since the table was made the last time. */
const definitions = statements.slice(statements.findLastIndex((text) => text.startsWith('CREATE TABLE user_search (')));

it.each(SORT_FIELDS)('users are in the order of %s by an index', (by) => {
  const start = `CREATE INDEX ${indexOf(by)} ON user_search (realm, `;
  expect(definitions.filter((statement) => statement.startsWith(start))).toHaveLength(1);
});
