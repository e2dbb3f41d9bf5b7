import { EventEmitter } from 'node:events';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../config/config-error.ts';
import { type RunningServer, type StartServer, serve } from './serve.ts';

const URL_LINE = 'tessera listening on http://127.0.0.1:1\n';

/** Runs `serve` on a pretended server. */
function run(start: StartServer, drainMilliseconds?: number) {
  const written = { stdout: '', stderr: '' };
  const signals = new EventEmitter();
  const code = serve(
    [],
    {
      stdout: { write: (text) => (written.stdout += text) },
      stderr: { write: (text) => (written.stderr += text) },
      env: {},
      signals,
    },
    start,
    drainMilliseconds,
  );
  return { code, written, signals };
}

function server(close: RunningServer['close']): StartServer {
  return async (_options, { stdout }) => {
    stdout.write('first screen\n');
    return { url: 'http://127.0.0.1:1', failed: never(), close };
  };
}

function never(): Promise<never> {
  return new Promise(() => {});
}

describe('serve', () => {
  it('says that it listens, drains on a signal and answers 0', async () => {
    // Given
    const reasons: string[] = [];
    const { code, written, signals } = run(server(async (reason) => void reasons.push(reason)));
    await setImmediate();
    // When
    signals.emit('SIGTERM', 'SIGTERM');
    // Then
    expect(await code).toBe(0);
    expect(written).toEqual({ stdout: `first screen\n${URL_LINE}`, stderr: '' });
    expect(reasons).toEqual(['SIGTERM']);
  });

  it('drains when the signal comes before it is ready', async () => {
    const ready = Promise.withResolvers<RunningServer>();
    const { code, signals } = run(() => ready.promise);
    signals.emit('SIGINT', 'SIGINT');
    ready.resolve({ url: 'http://127.0.0.1:1', failed: never(), close: async () => {} });
    expect(await code).toBe(0);
  });

  it('takes a signal that is passed on twice for one', async () => {
    const { code, signals } = run(server(() => setTimeout(50)));
    signals.emit('SIGINT', 'SIGINT');
    signals.emit('SIGINT', 'SIGINT');
    expect(await code).toBe(0);
  });

  it('stops at once on a second signal', async () => {
    const { code, written, signals } = run(server(never));
    signals.emit('SIGINT', 'SIGINT');
    await setTimeout(300);
    signals.emit('SIGINT', 'SIGINT');
    expect(await code).toBe(1);
    expect(written.stderr).toBe('tessera: stopped at once, as asked by a second signal\n');
  });

  it('does not wait for ever for work to finish', async () => {
    const { code, written, signals } = run(server(never), 20);
    signals.emit('SIGTERM', 'SIGTERM');
    expect(await code).toBe(1);
    expect(written.stderr).toBe('tessera: stopped before all accepted work was finished\n');
  });

  it('says why the server cannot go on, drains and answers 1', async () => {
    // Given
    const failed = Promise.withResolvers<string>();
    const reasons: string[] = [];
    const close = async (reason: string) => void reasons.push(reason);
    const { code, written } = run(async () => ({ url: 'http://127.0.0.1:1', failed: failed.promise, close }));
    await setImmediate();
    // When
    failed.resolve('the tables are not mine');
    // Then
    expect(await code).toBe(1);
    expect(written).toEqual({ stdout: URL_LINE, stderr: 'tessera: the tables are not mine\n' });
    expect(reasons).toEqual(['the tables are not mine']);
  });

  it('does not wait for ever when the server cannot go on', async () => {
    const failed = Promise.resolve('the tables are not mine');
    const { code, written } = run(async () => ({ url: 'http://127.0.0.1:1', failed, close: never }), 20);
    expect(await code).toBe(1);
    expect(written.stderr).toBe(
      'tessera: the tables are not mine\ntessera: stopped before all accepted work was finished\n',
    );
  });

  it('says when it cannot stop in order', async () => {
    const { code, written, signals } = run(server(() => Promise.reject(new Error('disk full'))));
    signals.emit('SIGTERM', 'SIGTERM');
    expect(await code).toBe(1);
    expect(written.stderr).toBe('tessera: cannot stop in order: disk full\n');
  });

  it.each([
    [new ConfigError('setup.json: organizations must be a list'), 'setup.json: organizations must be a list'],
    [
      Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', address: '127.0.0.1', port: 80 }),
      'the address 127.0.0.1:80 is already in use, choose another --port',
    ],
    [
      Object.assign(new Error('mkdir'), { code: 'EACCES', path: '/root/data' }),
      '/root/data cannot be used: permission is denied',
    ],
    [new Error('the database is newer\n    at stack'), 'cannot start: the database is newer'],
    ['odd', 'cannot start: odd'],
  ])('says in one sentence why it cannot start: %s', async (error, sentence) => {
    const { code, written } = run(() => Promise.reject(error));
    expect(await code).toBe(1);
    expect(written).toEqual({ stdout: '', stderr: `tessera: ${sentence}\n` });
  });
});
