import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { COPY_OPTIONS } from '../config/copy-options.ts';
import { SERVE_OPTIONS } from '../config/options.ts';
import { main } from './main.ts';

/** Runs a command line; answers the exit code and what was written. */
async function run(...args: string[]) {
  const written = { stdout: '', stderr: '' };
  const code = await main(args, {
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    env: {},
    signals: new EventEmitter(),
  });
  return { code, ...written };
}

describe('the command line', () => {
  it.each([[[]], [['help']], [['--help']], [['-h']]])('prints the general help for %j', async (args) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('tessera serve');
  });

  it.each([[['help', 'serve']], [['serve', '--help']], [['serve', '--port', '1', '-h']]])(
    'lists every option with its variable and default for %j',
    async (args) => {
      const { code, stdout } = await run(...args);
      const text = stdout.replace(/\s+/g, ' ');
      expect(code).toBe(0);
      for (const row of Object.values(SERVE_OPTIONS)) {
        const option = 'option' in row ? `${row.option} ${row.value}` : '(variable only)';
        expect(text).toContain(`${option} ${row.variable} default ${row.default} ${row.help}`);
      }
    },
  );

  it.each([[['help', 'copy']], [['copy', '--help']]])('explains the copy for %j', async (args) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const { option, variable } of Object.values(COPY_OPTIONS)) {
      expect(stdout).toContain(option);
      expect(stdout).toContain(variable);
    }
  });

  it('prints the version', async () => {
    expect(await run('--version')).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^tessera \d+\.\d+\.\d+\n$/),
      stderr: '',
    });
  });

  it.each([
    [['start'], 'unknown command "start": try "tessera help"'],
    [['--port', '1'], 'unknown command "--port": try "tessera help"'],
    [['help', 'me'], 'no help about "me": try "tessera help"'],
    [['serve', '--port', 'x'], '--port must be a port number from 0 to 65535, not "x"'],
    [
      ['serve', '--database', 'postgres://u:hunter2@h/d?sslmode=allow'],
      '--database must have one of disable, require, verify-ca, verify-full as sslmode',
    ],
  ])('refuses %j in one sentence', async (args, sentence) => {
    expect(await run(...args)).toEqual({ code: 1, stdout: '', stderr: `tessera: ${sentence}\n` });
  });
});
