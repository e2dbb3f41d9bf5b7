import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { CopyDiffers, CopyStopped, StoreRefused } from '../server/copy.ts';
import { copy } from './copy.ts';

type CopyDatabase = NonNullable<Parameters<typeof copy>[2]>;

const ARGS = ['--from', 'sqlite:a.db', '--to', 'postgres://u:hunter2@h/d'];
const DIGEST = { table: 'users', rows: 1_234, digest: 'ab12' };

/** Runs the command with another copy in place of the real one. */
function run(copyDatabase: CopyDatabase, args: readonly string[] = ARGS, patience = 50, isTTY = false) {
  const written = { stdout: '', stderr: '' };
  const signals = new EventEmitter();
  const ended = copy(
    args,
    {
      stdout: { isTTY, write: (text) => (written.stdout += text) },
      stderr: { write: (text) => (written.stderr += text) },
      env: {},
      signals,
    },
    copyDatabase,
    patience,
  );
  return { ended, signals, written };
}

async function outcome(copyDatabase: CopyDatabase, args?: readonly string[]) {
  const { ended, written } = run(copyDatabase, args);
  return { code: await ended, ...written };
}

describe('tessera copy', () => {
  it('given a copy that is equal, then it says what was compared and that the key is to be taken along', async () => {
    const { code, stdout, stderr } = await outcome(async () => [DIGEST]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}users +1,234 {2}sha256:ab12$/m);
    expect(stdout).toContain('instance.key');
    expect(stdout).toContain('TESSERA_KEY');
  });

  it.each([
    [new StoreRefused('the target x holds an instance already', null), 'the target x holds an instance already'],
    [new CopyStopped(), 'stopped: the same command continues it'],
    [
      new CopyDiffers('users', 7),
      'the copy differs from its source: row 7 of users; no server can run on it, and the same command copies anew',
    ],
    [
      new Error('Connection terminated\n  at stack'),
      'the copy was interrupted: Connection terminated; the same command continues it',
    ],
    [
      new Error('the database cannot be used now', { cause: new Error('connect ECONNREFUSED') }),
      'the copy was interrupted: connect ECONNREFUSED; the same command continues it',
    ],
  ])('given %o, then it says so in one sentence', async (error, sentence) => {
    expect(await outcome(() => Promise.reject(error))).toEqual({
      code: 1,
      stdout: '',
      stderr: `tessera: ${sentence}\n`,
    });
  });

  it.each([
    [['--to', 'sqlite:b.db'], '--from or TESSERA_COPY_FROM must name a database: try "tessera help copy"'],
    [['--from', 'sqlite:b.db', '--to', 'mysql://h/d'], '--to must begin with sqlite: or postgres://, not "mysql:"'],
    [['sqlite:b.db'], 'unexpected argument "sqlite:...": try "tessera help copy"'],
    [[...ARGS, '--force', '1'], 'unknown option --force: try "tessera help copy"'],
  ])('given %j, then it refuses before anything is opened', async (args, sentence) => {
    const never = () => Promise.reject(new Error('it was opened'));
    expect(await outcome(never, args)).toEqual({ code: 1, stdout: '', stderr: `tessera: ${sentence}\n` });
  });

  it.each(['SIGINT', 'SIGTERM'])('given %s, then the page under way is waited for', async (signal) => {
    const { ended, signals, written } = run(
      (_, { signal: stop }) =>
        new Promise((_, reject) => stop?.addEventListener('abort', () => setTimeout(reject, 5, new CopyStopped()))),
    );
    signals.emit(signal);
    expect(await ended).toBe(1);
    expect(written.stderr).toBe('tessera: stopped: the same command continues it\n');
  });

  it('given a signal while a database does not answer, then it ends all the same', async () => {
    const { ended, signals, written } = run(() => new Promise(() => {}));
    signals.emit('SIGTERM');
    expect(await ended).toBe(1);
    expect(written.stderr).toBe('tessera: stopped: the same command continues it\n');
  });

  it('given a terminal, then the bar is gone before the last word', async () => {
    const { ended, written } = run(
      async (_, { onStep }) => {
        await onStep?.({ kind: 'continued' });
        await onStep?.({ kind: 'copying', table: 'users', done: 1, total: 2 });
        throw new CopyStopped();
      },
      ARGS,
      50,
      true,
    );
    expect(await ended).toBe(1);
    const [first, bar] = written.stdout.split('\n');
    expect(first).toBe('continuing an unfinished copy');
    expect(bar).toMatch(/\[#{12}-{12}\] 50 %.*copying users/);
    expect(bar?.endsWith('copying users\r\u001b[2K')).toBe(true);
  });
});
