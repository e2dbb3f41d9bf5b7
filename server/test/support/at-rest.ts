import { existsSync, readFileSync } from 'node:fs';
import { withRows } from './rows.ts';

/**
 * Everything a database holds, by name: the bytes of its files, deleted rows included, or each table as text where the
 * files are those of a database server.
 */
export async function storedIn(url: string): Promise<ReadonlyMap<string, Buffer>> {
  if (url.startsWith('sqlite:')) {
    const path = url.slice('sqlite:'.length);
    const files = [path, `${path}-wal`].filter((file) => existsSync(file));
    return new Map(files.map((file) => [file, readFileSync(file)]));
  }
  return withRows(url, async ({ query }) => {
    const tables = await query("SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'");
    const stored = new Map<string, Buffer>();
    for (const { name } of tables) {
      const rows = await query(`SELECT t::text AS line FROM ${name} t`);
      stored.set(String(name), Buffer.from(rows.map(({ line }) => line).join('\n')));
    }
    return stored;
  });
}

/** Whether the text is anywhere in a database. */
export async function isStored(url: string, text: string): Promise<boolean> {
  return (await storedIn(url)).values().some((bytes) => bytes.includes(text));
}
