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
    [['--database', 'postgres://u:secret@h/d'], 'PostgreSQL'],
    [['--public-url', 'ftp://x'], '--public-url'],
    [['--log-level', 'loud'], '--log-level'],
    [['--data', 'a\u0001/\u0000b'.replace('\u0000', '')], ''],
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
