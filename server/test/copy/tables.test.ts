import { afterAll, describe, expect, it } from 'vitest';
import { COPIED, DERIVED } from '../../src/store/copy/tables.ts';
import { withRows } from '../support/rows.ts';
import { Databases, type EngineName, serve, tablesOf } from './support.ts';

const databases = new Databases();
afterAll(() => databases.remove());

/** The columns of a table as the catalogue has them: name and whether they hold numbers or text. */
async function columnsOf(url: string, table: string): Promise<Record<string, string>> {
  const sql = url.startsWith('sqlite:')
    ? `SELECT name, lower(type) AS type FROM pragma_table_info('${table}')`
    : `SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_name = '${table}'`;
  const rows = await withRows(url, ({ query }) => query(sql));
  return Object.fromEntries(rows.map(({ name, type }) => [name, String(type).endsWith('int') ? 'integer' : type]));
}

/** What a database has that a copy would leave out. */
async function unknownToCopy(url: string): Promise<string[]> {
  const known = new Map([...COPIED, ...DERIVED].map((table) => [table.name, table]));
  const unknown: string[] = [];
  for (const name of await tablesOf(url)) {
    const table = known.get(name);
    if (table === undefined) {
      unknown.push(name);
      continue;
    }
    for (const [column, type] of Object.entries(await columnsOf(url, name))) {
      if (table.generated?.includes(column)) continue;
      if (table.columns[column] !== type) unknown.push(`${name}.${column}`);
    }
  }
  return unknown;
}

describe.each(['sqlite', 'postgres'] as EngineName[])('the tables of %s', (engine) => {
  it('are all copied or derived, with all their columns', async () => {
    const url = await databases.empty(engine);
    await (await serve(url)).stop();
    expect(await tablesOf(url)).toEqual([...COPIED, ...DERIVED].map(({ name }) => name).sort());
    expect(await unknownToCopy(url)).toEqual([]);
  });

  it('given a table or a column that a migration adds, then this test sees it', async () => {
    const url = await databases.empty(engine);
    await (await serve(url)).stop();
    await withRows(
      url,
      async ({ query }) => {
        await query('CREATE TABLE badges (id text)');
        await query('ALTER TABLE outbox ADD COLUMN channel text');
      },
      'write',
    );
    expect(await unknownToCopy(url)).toEqual(['badges', 'outbox.channel']);
  });
});
