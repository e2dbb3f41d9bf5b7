import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/tessera.js', import.meta.url));
const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** Runs the program as a process of its own. */
function run(file: string, args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe.each([bin, main])('the process %s', (file) => {
  it('ends with 0 and nothing on standard error when all is well', () => {
    expect(run(file, ['--version'])).toEqual({ status: 0, stdout: expect.stringMatching(/^tessera \d/), stderr: '' });
  });

  it('ends with 1 and one sentence when an option or variable does not fit', () => {
    expect(run(file, ['serve'], { TESSERA_PORT: 'x' })).toEqual({
      status: 1,
      stdout: '',
      stderr: 'tessera: TESSERA_PORT must be a port number from 0 to 65535, not "x"\n',
    });
  });
});
