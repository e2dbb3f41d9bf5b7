import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialectClients, somebody } from '../support/clients.ts';
import { withRows } from '../support/rows.ts';
import { runToEnd } from '../system/process.ts';
import { contentsOf, copyOf, Databases, type EngineName, serve } from './support.ts';

const databases = new Databases();
const instances = {} as Record<EngineName, string>;
beforeAll(async () => {
  instances.sqlite = await madeInstance('sqlite');
  instances.postgres = await madeInstance('postgres');
});
afterAll(() => databases.remove());

const pathOf = (url: string): string => url.slice('sqlite:'.length);

async function execute(url: string, ...statements: readonly string[]): Promise<void> {
  await withRows(
    url,
    async ({ query }) => {
      for (const statement of statements) await query(statement);
    },
    'write',
  );
}

async function madeInstance(engine: EngineName): Promise<string> {
  const url = await databases.empty(engine);
  const tessera = await serve(url);
  await (await dialectClients(tessera)).ownli.create(somebody());
  await tessera.stop();
  return url;
}

/** Leaves an unfinished copy behind. */
async function unfinished(from: string, to: string): Promise<void> {
  const stop = new AbortController();
  stop.abort();
  await expect(copyOf(from, to, { signal: stop.signal })).rejects.toThrow('the copy was stopped');
}

async function refusal(from: string, to: string): Promise<string> {
  const { code, stdout, stderr } = await runToEnd(['copy', '--from', from, '--to', to]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^tessera: [^\n]+\n$/);
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+|Error:|undefined/);
  return stderr.slice('tessera: '.length, -1);
}

describe.each(['sqlite', 'postgres'] as const)('a target on %s', (engine) => {
  const source = () => instances[engine === 'sqlite' ? 'postgres' : 'sqlite'];

  it('with an instance in it is refused and left as it was', async () => {
    const before = await contentsOf(instances[engine]);
    expect(await refusal(source(), instances[engine])).toContain('holds an instance already');
    expect(await contentsOf(instances[engine])).toEqual(before);
  });

  it('of another program is refused and left as it was', async () => {
    const target = await databases.empty(engine);
    if (engine === 'sqlite') new DatabaseSync(pathOf(target)).close();
    await execute(target, 'CREATE TABLE songs (name text)', "INSERT INTO songs VALUES ('one')");
    expect(await refusal(source(), target)).toContain('is a database of another program');
    expect(await contentsOf(target)).toEqual({ songs: [{ name: 'one' }] });
  });

  it('with an unfinished copy of another instance is refused and left as it was', async () => {
    const [other, target] = [await madeInstance('sqlite'), await databases.empty(engine)];
    await unfinished(other, target);
    const before = await contentsOf(target);
    expect(await refusal(source(), target)).toContain('unfinished copy of another instance');
    expect(await contentsOf(target)).toEqual(before);
  });

  it('with a copy begun by a version that kept other notes is refused and left as it was', async () => {
    const target = await databases.empty(engine);
    await unfinished(source(), target);
    await execute(target, `UPDATE settings SET value = '{"form":99}' WHERE name = 'copy'`);
    const before = await contentsOf(target);
    expect(await refusal(source(), target)).toContain('another version of Tessera');
    expect(await contentsOf(target)).toEqual(before);
  });
});

describe.each(['sqlite', 'postgres'] as const)('a source on %s', (engine) => {
  it('without an instance is refused', async () => {
    const target = await databases.empty('sqlite');
    const source = await databases.empty(engine);
    expect(await refusal(source, target)).toContain('holds no instance');
    expect(existsSync(pathOf(target))).toBe(false);
    if (engine === 'sqlite') expect(existsSync(pathOf(source))).toBe(false);
  });

  it('that is itself an unfinished copy is refused', async () => {
    const source = await databases.empty(engine);
    await unfinished(instances.sqlite, source);
    expect(await refusal(source, await databases.empty('sqlite'))).toContain('is itself an unfinished copy');
  });

  it.each([
    [1, 'older'],
    [99, 'newer'],
  ])('of version %i is refused', async (version, what) => {
    const source = await databases.empty(engine);
    await copyOf(instances.sqlite, source);
    await execute(
      source,
      engine === 'sqlite'
        ? `PRAGMA user_version = ${version}`
        : `UPDATE settings SET value = '${version}' WHERE name = 'schema'`,
    );
    expect(await refusal(source, await databases.empty('sqlite'))).toContain(what);
  });

  it('is not copied to itself', async () => {
    expect(await refusal(instances[engine], instances[engine])).toContain('holds an instance already');
  });
});

describe('a source that is served', () => {
  it('given a file, then it is refused', async () => {
    const tessera = await serve(instances.sqlite);
    expect(await refusal(instances.sqlite, await databases.empty('postgres'))).toContain('uses');
    await tessera.stop();
  });

  it('given a PostgreSQL, then writes wait, are refused rather than lost, and go on after the copy', async () => {
    const env = { TESSERA_DATABASE_STATEMENT_TIMEOUT: '300' };
    const tessera = await serve(instances.postgres, {}, env);
    const { ownli } = await dialectClients(tessera);
    const [before, after] = [somebody(), somebody()];
    let refused: number | undefined;
    const target = await databases.empty('sqlite');
    await copyOf(instances.postgres, target, {
      onStep: async () => {
        refused ??= (await ownli.create(before)).response.status;
      },
    });
    expect(refused).toBe(503);
    expect(await contentsOf(target)).toEqual(await contentsOf(instances.postgres));
    expect((await ownli.create(after)).response.status).toBe(200);
    await tessera.stop();
  });
});

describe('what cannot be opened', () => {
  it('given a file that is no database, then it is refused and left as it was', async () => {
    const path = databases.path();
    writeFileSync(path, 'x'.repeat(5_000));
    expect(await refusal(instances.sqlite, `sqlite:${path}`)).toContain(path);
    expect(readFileSync(path, 'utf8')).toBe('x'.repeat(5_000));
  });

  it('given a file with a log that a crash left, then what is in the log is copied', async () => {
    const path = databases.path();
    const db = new DatabaseSync(pathOf(instances.sqlite));
    db.exec("INSERT INTO settings VALUES ('from the log', '1')");
    copyFileSync(pathOf(instances.sqlite), path);
    copyFileSync(`${pathOf(instances.sqlite)}-wal`, `${path}-wal`);
    db.exec("DELETE FROM settings WHERE name = 'from the log'");
    db.close();
    const target = await databases.empty('sqlite');
    await copyOf(`sqlite:${path}`, target);
    expect((await contentsOf(target)).settings).toContainEqual({ name: 'from the log', value: '1' });
  });

  it('given a wrong password, a missing database or server, then no message shows the password', async () => {
    const url = new URL(await databases.empty('postgres'));
    url.password = 'h-u-n-t-e-r';
    const missing = new URL(url);
    missing.port = '1';
    for (const wrong of [url.href, missing.href]) {
      for (const [from, to] of [
        [wrong, await databases.empty('sqlite')],
        [instances.sqlite, wrong],
      ] as const) {
        const sentence = await refusal(from, to);
        expect(sentence).toContain(`postgres://127.0.0.1:${new URL(wrong).port}/`);
        expect(sentence).not.toContain('h-u-n-t-e-r');
      }
    }
  });
});
