import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testSetup } from '../support/setup.ts';
import { type Ended, Folders, runToEnd, startProcess, stopProcess, takePort } from './process.ts';

const folders = new Folders();
afterAll(() => folders.remove());

/** What lies in a folder: names and contents, lock files aside, which are empty and stay. */
function contentsOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.endsWith('.lock') && statSync(join(folder, name)).isFile(),
  );
  return Object.fromEntries(files.sort().map((name) => [name, readFileSync(join(folder, name)).toString('base64')]));
}

function expectOneSentence({ code, stdout, stderr }: Ended, ...parts: readonly string[]): void {
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^tessera: [^\n]+\n$/);
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+|Error:|node:internal|undefined/);
  // A full stop or colon inside a path or name has no space after it, so this would be a second sentence.
  expect(stderr.trimEnd()).not.toMatch(/[.!?] [A-Z]/);
  for (const part of parts) expect(stderr).toContain(part);
}

/** Starts in vain on a folder and holds it to have been left as it was. */
async function expectRefusal(
  dataDir: string,
  args: readonly string[],
  parts: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const before = contentsOf(dataDir);
  const ended = await runToEnd(['serve', '--port', '0', '--data', dataDir, ...args], env);
  expectOneSentence(ended, ...parts);
  expect(contentsOf(dataDir)).toEqual(before);
}

describe('an option that does not fit', () => {
  it.each([
    [['--port', '65536'], '--port'],
    [['--port', '-1'], '--port'],
    [['--port'], '--port'],
    [['--host', 'not a host'], '--host'],
    [['--host', '203.0.113.7'], '203.0.113.7'],
    [['--database', 'mysql://x/y'], '--database'],
    [['--database', 'postgres://u:secret@h/d?sslmode=prefer'], 'sslmode'],
    [['--database', 'postgres://u:12/secret@h/d'], '--database'],
    [['--database-pool-size', '0'], '--database-pool-size'],
    [['--public-url', 'ftp://x'], '--public-url'],
    [['--log-level', 'loud'], '--log-level'],
    [['--host', 'nowhere.invalid'], '--host'],
    [['--data', '/proc/nothing'], '/proc/nothing'],
    [['--unknown', '1'], '--unknown'],
    [['extra'], 'extra'],
  ])('%j', async (args, part) => {
    const folder = folders.make();
    const ended = await runToEnd(['serve', '--port', '0', '--data', join(folder, 'data'), ...args]);
    expectOneSentence(ended, part);
    expect(ended.stderr).not.toContain('secret@');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    [{ TESSERA_PORT: 'x' }, 'TESSERA_PORT'],
    [{ TESSERA_KEY: 'c2hvcnQ=' }, 'TESSERA_KEY'],
    [{ TESSERA_KEY: '' }, 'TESSERA_KEY'],
    [{ TESSERA_TRUSTED_PROXIES: '10.0.0.0/99' }, 'TESSERA_TRUSTED_PROXIES'],
  ])('%j', async (env, part) => {
    const folder = folders.make();
    const ended = await runToEnd(['serve', '--data', join(folder, 'data')], env);
    expectOneSentence(ended, part);
    expect(ended.stderr).not.toContain('c2hvcnQ=');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a setup file that does not fit', () => {
  const valid = () => testSetup() as unknown as { organizations: [Record<string, unknown>] };
  const withAcme = (change: object) => {
    const setup = valid();
    setup.organizations[0] = { ...setup.organizations[0], ...change };
    return JSON.stringify(setup);
  };
  it.each<[string, () => string | Buffer | null, string]>([
    ['that is not there', () => null, 'there is no such file'],
    ['of broken JSON', () => '{"instance":', 'line 1'],
    ['that is not UTF-8', () => Buffer.from([0x7b, 0xff, 0x7d]), 'UTF-8'],
    ['with an unknown member', () => JSON.stringify({ ...valid(), extra: 1 }), 'extra is not a known member'],
    ['with an unknown member deep inside', () => withAcme({ zitadel: { domain: 'x' } }), 'organizations[0].zitadel'],
    [
      'with a secret in a variable that is not set',
      () => withAcme({ ownli: { partnerId: 'p', clientId: 'c', clientSecret: { env: 'TESSERA_TEST_ABSENT' } } }),
      'organizations[0].ownli.clientSecret names the variable TESSERA_TEST_ABSENT',
    ],
  ])('%s', async (_name, text, part) => {
    const dataDir = folders.make();
    const path = join(dataDir, 'setup-of-mine.json');
    const content = text();
    if (content !== null) writeFileSync(path, content);
    await expectRefusal(dataDir, ['--setup', path], [part, 'setup-of-mine.json']);
  });
});

describe('a place that cannot be used', () => {
  it('a file where the data folder should be', async () => {
    const file = join(folders.make(), 'data');
    writeFileSync(file, 'mine');
    for (const dataDir of [file, join(file, 'below')]) {
      expectOneSentence(await runToEnd(['serve', '--port', '0', '--data', dataDir]), `${dataDir} is not a folder`);
    }
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('a port that is taken: nothing is made, so the next start is still the first one', async () => {
    const dataDir = join(folders.make(), 'data');
    const { port, release } = await takePort();
    const ended = await runToEnd(['serve', '--port', String(port), '--data', dataDir]);
    await release();
    expectOneSentence(ended, `127.0.0.1:${port} is already in use`);
    const server = await startProcess(['--port', String(port), '--data', dataDir]);
    expect(server.stdout).toContain('# Zitadel');
    await stopProcess(server);
  });
});

describe('a database that does not fit', () => {
  let dataDir: string;
  let args: readonly string[];
  let sound: Buffer;
  const database = () => join(dataDir, 'tessera.db');

  beforeAll(async () => {
    const prepared = await folders.prepared();
    dataDir = prepared.dataDir;
    args = prepared.args.slice(4);
    const server = await startProcess(prepared.args);
    // A second server on the data of the first, while it runs
    const second = await runToEnd(['serve', ...prepared.args]);
    expectOneSentence(second, 'another Tessera server is running', database());
    expect((await server.send('GET', '/readyz')).status).toBe(200);
    expect(await stopProcess(server)).toMatchObject({ code: 0 });
    sound = readFileSync(database());
  });

  const damaged = () => Buffer.concat([sound.subarray(0, 8192), Buffer.alloc(20_000, 0xaa), sound.subarray(28_192)]);
  it.each<[string, () => Buffer, string]>([
    ['one that is damaged', damaged, 'is damaged'],
    ['one that was cut off', () => sound.subarray(0, 12_288), 'tessera.db'],
    ['a file of another kind', () => Buffer.from('no database at all '.repeat(100)), 'file is not a database'],
  ])('%s', async (_name, bytes, part) => {
    writeFileSync(database(), bytes());
    await expectRefusal(dataDir, args, [part, database()]);
    writeFileSync(database(), sound);
  });

  it('one that is newer', async () => {
    const db = new DatabaseSync(database());
    db.exec('PRAGMA user_version = 99');
    db.close();
    await expectRefusal(dataDir, args, ['version 99', 'newer', database()]);
    writeFileSync(database(), sound);
  });

  it('one of another key', async () => {
    const key = Buffer.alloc(32, 9).toString('base64');
    await expectRefusal(dataDir, args, ['instance key'], { TESSERA_KEY: key });
  });

  it('one whose key file is spoilt', async () => {
    const path = join(dataDir, 'instance.key');
    const key = readFileSync(path);
    for (const text of ['short', '']) {
      writeFileSync(path, text);
      await expectRefusal(dataDir, args, ['instance.key']);
    }
    writeFileSync(path, key);
  });

  it('and none of them leaves anything behind: put right, it starts', async () => {
    const server = await startProcess(['--port', '0', '--data', dataDir, ...args]);
    expect(await stopProcess(server)).toMatchObject({ code: 0 });
  });
});
