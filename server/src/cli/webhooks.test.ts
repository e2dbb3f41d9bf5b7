import { describe, expect, it } from 'vitest';
import { ConfigError } from '../config/config-error.ts';
import type { ListedReceiver, Webhooks } from '../server/webhooks.ts';
import { webhooks } from './webhooks.ts';

const AT = Date.UTC(2026, 0, 15, 12);
const CALM = { failures: 0, dueAt: 0, disabledAt: null, disabledAddress: null, answer: null };
const RECEIVERS: ListedReceiver[] = [
  { ...CALM, id: 'email', waiting: 0, dead: 0, oldest: null, condition: 'ok' },
  {
    ...CALM,
    ...{ id: 'webhook:1:crm', waiting: 12_345, dead: 2, oldest: AT, condition: 'down' },
    ...{ failures: 4, dueAt: AT + 8_000, answer: 'HTTP 503' },
  },
  { ...CALM, id: 'webhook:1:old', waiting: 0, dead: 7, oldest: null, condition: 'gone', disabledAt: AT },
  { ...CALM, id: 'webhook:1:who', waiting: 0, dead: 1, oldest: null, condition: 'unknown', answer: 'no such receiver' },
];

/** Runs the command with others in place of a database. */
async function run(args: readonly string[], opened: Partial<Webhooks> = {}) {
  const written = { stdout: '', stderr: '' };
  const calls: unknown[] = [];
  const code = await webhooks(
    args,
    {
      stdout: { write: (text) => (written.stdout += text) },
      stderr: { write: (text) => (written.stderr += text) },
      env: {},
    },
    async () => ({
      list: async () => RECEIVERS,
      replay: async (which) => {
        calls.push(which);
        return 3;
      },
      retry: async (receiver) => {
        calls.push(receiver);
        return 4;
      },
      close: async () => void calls.push('closed'),
      ...opened,
    }),
  );
  return { code, ...written, calls };
}

describe('tessera webhooks', () => {
  it('given receivers, then they are a table with how each is doing', async () => {
    const { code, stdout, stderr } = await run(['list']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'RECEIVER       WAITING  DEAD  OLDEST                    STATE                                    LAST ANSWER',
      'email                0     0  -                         ok                                       -',
      'webhook:1:crm    12345     2  2026-01-15T12:00:00.000Z  down, next try 2026-01-15T12:00:08.000Z  HTTP 503',
      'webhook:1:old        0     7  -                         gone since 2026-01-15T12:00:00.000Z      -',
      'webhook:1:who        0     1  -                         not in the settings                      no such receiver',
      '',
    ]);
  });

  it('given --json, then programs can read it', async () => {
    const { stdout } = await run(['list', '--json']);
    expect(JSON.parse(stdout)[1]).toEqual({
      receiver: 'webhook:1:crm',
      waiting: 12_345,
      dead: 2,
      oldest: '2026-01-15T12:00:00.000Z',
      state: 'down',
      nextTry: '2026-01-15T12:00:08.000Z',
      disabledAt: null,
      lastAnswer: 'HTTP 503',
    });
  });

  it('given a retry or a replay, then it says how many there are, and closes what it opened', async () => {
    const retried = await run(['retry', '--receiver', 'r']);
    expect(retried).toMatchObject({ code: 0, stdout: 'dead letters that will be sent to r: 4\n' });
    expect(retried.calls).toEqual(['r', 'closed']);
    const replayed = await run(['replay', '--receiver', 'r', '--since', '2026-01-15', '--user', 'u']);
    expect(replayed).toMatchObject({ code: 0, stdout: 'events that will be sent to r again: 3\n' });
    expect(replayed.calls[0]).toMatchObject({ receiver: 'r', since: Date.UTC(2026, 0, 15), userId: 'u' });
  });

  it.each([
    [new ConfigError('there is no receiver "x"'), 'there is no receiver "x"'],
    [
      new Error('the database cannot be used now', { cause: new Error('connect ECONNREFUSED\nat') }),
      'the database cannot be used: connect ECONNREFUSED',
    ],
  ])('given %o, then it says so in one sentence, and closes what it opened', async (error, sentence) => {
    const { code, stdout, stderr, calls } = await run(['retry', '--receiver', 'x'], {
      retry: () => Promise.reject(error),
    });
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `tessera: ${sentence}\n` });
    expect(calls).toEqual(['closed']);
  });

  it('given no action, then it says which there are', async () => {
    expect(await run([])).toMatchObject({ code: 1, stderr: expect.stringContaining('one of list, replay, retry') });
  });
});
