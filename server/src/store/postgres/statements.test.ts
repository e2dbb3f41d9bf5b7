import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../migrations/index.ts';
import { TYPES } from './migrate.ts';
import { READS, WRITES } from './statements.ts';

/** What the rows of each table of the write path are spread by when the database is spread over machines. */
const SPREAD_BY: Readonly<Record<string, string>> = {
  users: 'id',
  user_counts: 'realm',
  user_search: 'user_id',
  user_metadata: 'user_id',
  user_credentials: 'user_id',
  events: 'user_id',
  claims: 'key',
  answers: 'key',
  outbox: 'user_id',
  deferred: 'queue',
};

/** Statements that touch no table that is spread. */
const WITHOUT_ROWS = ['share_configuration', 'revision'];

const definitions = MIGRATIONS.flatMap((migration) => migration.statements(TYPES)).map(oneLine);

function oneLine(sql: string): string {
  return sql.replaceAll(/--.*/g, '').replaceAll(/\s+/g, ' ').trim();
}

/** The first column of a table's primary key, as its latest definition has it. */
function keyOf(table: string): string | undefined {
  const definition = definitions.findLast((sql) => sql.startsWith(`CREATE TABLE ${table} (`)) ?? '';
  return (
    /PRIMARY KEY \((\w+)/.exec(definition)?.[1] ?? /(\w+) [\w ]+(?: COLLATE "C")? PRIMARY KEY/.exec(definition)?.[1]
  );
}

/** Every table a statement names, with the column by which it says where its rows are. */
function placesOf(sql: string): { table: string; isPlaced: boolean }[] {
  const tables = [...sql.matchAll(/\b(?:FROM|(?<!FOR |KEY |DO )UPDATE|INTO) (\w+)/g)].map(([, table = '']) => table);
  return tables
    .filter((table) => table !== 'unnest')
    .map((table) => ({ table, isPlaced: isPlaced(sql, table, SPREAD_BY[table] ?? 'nothing') }));
}

function isPlaced(sql: string, table: string, column: string): boolean {
  const insert = new RegExp(`INSERT INTO ${table} \\(([^)]*)\\)`).exec(sql);
  if (insert !== null) return (insert[1] ?? '').split(', ').includes(column);
  const qualified = `(?:${table}\\.)?${column}`;
  const compared = new RegExp(`\\b(?:WHERE|AND) (?:${qualified} = |\\(${qualified}, \\w+\\) IN )`);
  return compared.test(sql);
}

describe('a database that is spread over machines', () => {
  it.each(Object.entries(SPREAD_BY))('keeps %s by %s, which comes first in the primary key', (table, column) => {
    expect(keyOf(table)).toBe(column);
  });

  it.each([...Object.values(READS), ...Object.values(WRITES)].filter(({ name }) => !WITHOUT_ROWS.includes(name)))(
    'finds every row by that: $name',
    ({ text }) => {
      const places = placesOf(oneLine(text));
      expect(places.length).toBeGreaterThan(0);
      for (const { table, isPlaced } of places) expect(isPlaced, table).toBe(true);
    },
  );

  it('is told of every table of the write path', () => {
    const named = Object.values(WRITES).flatMap(({ text }) => placesOf(oneLine(text)).map(({ table }) => table));
    expect(new Set(named)).toEqual(new Set(Object.keys(SPREAD_BY)));
  });

  it('would notice a statement that does not say where its rows are', () => {
    expect(placesOf('DELETE FROM deferred WHERE id = $1')).toEqual([{ table: 'deferred', isPlaced: false }]);
    expect(placesOf('SELECT 1 FROM users WHERE username = $1')).toEqual([{ table: 'users', isPlaced: false }]);
    expect(placesOf('INSERT INTO events (sequence) VALUES (1)')).toEqual([{ table: 'events', isPlaced: false }]);
  });
});
