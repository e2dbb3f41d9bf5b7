import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCopyOptions } from '../../src/config/copy-options.ts';
import { type CopyParts, copyDatabase, type TableDigest } from '../../src/server/copy.ts';
import { SIGNATURE_COLUMNS } from '../../src/store/postgres/lists/signature.ts';
import { METADATA_COLUMNS } from '../../src/store/search/metadata.ts';
import type { FreshDatabase } from '../support/engine.ts';
import { createDatabase } from '../support/postgres/database.ts';
import { type Row, withRows } from '../support/rows.ts';
import { testSetup } from '../support/setup.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';
import type { Ended } from '../system/process.ts';

export type EngineName = 'sqlite' | 'postgres';

/** The key under which all instances of these tests are made: copies are served with it. */
const KEY = randomBytes(32).toString('base64');

/** Databases of both engines for one test file. */
export class Databases {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tessera-copy-'));
  readonly #drops: (() => Promise<void>)[] = [];
  #count = 0;

  /** A path in the folder of these tests, for a file that does not exist. */
  path(): string {
    this.#count += 1;
    return join(this.#folder, `${this.#count}.db`);
  }

  /** URL of an empty database. */
  async empty(engine: EngineName): Promise<string> {
    if (engine === 'sqlite') return `sqlite:${this.path()}`;
    const { url, drop } = await createDatabase();
    this.#drops.push(drop);
    return url;
  }

  async remove(): Promise<void> {
    await Promise.all(this.#drops.splice(0).map((drop) => drop()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Starts a server on a database, under the key of these tests. */
export function serve(url: string, parts: Parameters<typeof startTessera>[1] = {}, env = {}): Promise<Tessera> {
  const database: FreshDatabase = {
    url,
    args: ['--database', url],
    env: { TESSERA_KEY: KEY, TESSERA_DATABASE_POOL_SIZE: '4', ...env },
    drop: async () => {},
  };
  return startTessera(testSetup(), parts, database);
}

export function copyOf(from: string, to: string, parts: CopyParts = {}): Promise<readonly TableDigest[]> {
  return copyDatabase(readCopyOptions(['--from', from, '--to', to], {}), parts);
}

/** A test that fails half-way must not leave its copies behind. */
const running = new Set<ChildProcess>();

export function endCopies(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** A copy as a process of its own, in small steps. */
export interface CopyProcess {
  /** Resolves when the first page is copied or compared, or the process has ended. */
  until(stage: 'copying' | 'checking'): Promise<unknown>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

export function startCopy(from: string, to: string): CopyProcess {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'small-pages.ts')], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { TESSERA_COPY_FROM: from, TESSERA_COPY_TO: to },
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
  return {
    until: (stage) =>
      Promise.race([
        ended,
        new Promise<void>((resolve) => child.on('message', (message) => (message === stage ? resolve() : null))),
      ]),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

/** Rows that an unfinished copy remembers to have copied; `null` when the database is none. */
export async function rowsCopied(url: string): Promise<number | null> {
  if (url.startsWith('sqlite:') && !existsSync(url.slice('sqlite:'.length))) return null;
  if (!(await tablesOf(url)).includes('settings')) return null;
  return withRows(url, async ({ query }) => {
    const [row] = await query("SELECT value FROM settings WHERE name = 'copy'");
    return row === undefined ? null : Number(JSON.parse(String(row.value)).rows);
  });
}

/** Tables of a database as its catalogue has them, without what only one engine needs to search or count quickly. */
export function tablesOf(url: string): Promise<string[]> {
  return withRows(url, async ({ query }) => {
    const rows = await query(
      url.startsWith('sqlite:')
        ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'user_search_%'"
        : "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'user_counts'",
    );
    return rows.map(({ name }) => String(name)).sort();
  });
}

/** What engines fill in by themselves, by table. */
const OWN_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  users: ['tx'],
  events: ['position', 'tx'],
  outbox: ['id'],
  deferred: ['id'],
  receivers: ['holder', 'held_until'],
  user_search: ['number', 'trigrams', 'apart', ...SIGNATURE_COLUMNS, ...METADATA_COLUMNS],
};
const OWN_SETTINGS = ['schema', 'search stale'];
const ORDERED_BY: Readonly<Record<string, string>> = { outbox: 'id', deferred: 'id' };

/** Everything a database says, in the order it is read in: the feed, the queues, the outbox; other tables in any. */
export async function contentsOf(url: string): Promise<Record<string, Row[]>> {
  const isSqlite = url.startsWith('sqlite:');
  const contents: Record<string, Row[]> = {};
  for (const table of await tablesOf(url)) {
    const order = table === 'events' ? (isSqlite ? 'position' : 'tx, position') : ORDERED_BY[table];
    const rows = await withRows(url, ({ query }) =>
      query(`SELECT * FROM ${table} ${order === undefined ? '' : `ORDER BY ${order}`}`),
    );
    const said = rows
      .filter((row) => table !== 'settings' || !OWN_SETTINGS.includes(String(row.name)))
      .map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !OWN_COLUMNS[table]?.includes(name))));
    contents[table] = order === undefined ? said.sort(byText) : said;
  }
  return contents;
}

function byText(left: Row, right: Row): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}
