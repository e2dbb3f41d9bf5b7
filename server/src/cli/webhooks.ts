import { ConfigError } from '../config/config-error.ts';
import type { Environment } from '../config/env.ts';
import { readWebhooksOptions } from '../config/webhooks-options.ts';
import type { ListedReceiver, openWebhooks as Open } from '../server/webhooks.ts';
import type { Output } from './serve.ts';
import { oneLine } from './start-failure.ts';

export interface WebhooksTerminal {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Environment;
}

type OpenWebhooks = typeof Open;

/** Tells of receivers, or has deliveries made again. Answers the exit code: 0, or 1 when it was refused or failed. */
export async function webhooks(
  args: readonly string[],
  { stdout, stderr, env }: WebhooksTerminal,
  openWebhooks: OpenWebhooks = loadAndOpen,
): Promise<number> {
  try {
    const options = readWebhooksOptions(args, env);
    const opened = await openWebhooks(options.database);
    try {
      switch (options.action) {
        case 'list': {
          const receivers = await opened.list();
          stdout.write(options.json ? json(receivers) : table(receivers));
          break;
        }
        case 'replay':
          stdout.write(`events that will be sent to ${options.receiver} again: ${await opened.replay(options)}\n`);
          break;
        case 'retry':
          stdout.write(
            `dead letters that will be sent to ${options.receiver}: ${await opened.retry(options.receiver)}\n`,
          );
      }
      return 0;
    } finally {
      await opened.close();
    }
  } catch (error) {
    stderr.write(`tessera: ${reasonOf(error)}\n`);
    return 1;
  }
}

async function loadAndOpen(...args: Parameters<OpenWebhooks>): ReturnType<OpenWebhooks> {
  const { openWebhooks } = await import('../server/webhooks.ts');
  return openWebhooks(...args);
}

function reasonOf(error: unknown): string {
  if (error instanceof ConfigError || (error instanceof Error && error.name === 'StoreRefused')) return oneLine(error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return `the database cannot be used: ${oneLine(cause)}`;
}

function json(receivers: readonly ListedReceiver[]): string {
  const listed = receivers.map((receiver) => ({
    receiver: receiver.id,
    waiting: receiver.waiting,
    dead: receiver.dead,
    oldest: time(receiver.oldest),
    state: receiver.condition,
    nextTry: nextTryOf(receiver),
    disabledAt: time(receiver.disabledAt),
    lastAnswer: receiver.answer,
  }));
  return `${JSON.stringify(listed, null, 2)}\n`;
}

const COLUMNS = ['RECEIVER', 'WAITING', 'DEAD', 'OLDEST', 'STATE', 'LAST ANSWER'];
const NUMBERS = [1, 2];

function table(receivers: readonly ListedReceiver[]): string {
  const rows = receivers.map((receiver) => [
    receiver.id,
    String(receiver.waiting),
    String(receiver.dead),
    time(receiver.oldest) ?? '-',
    told(receiver),
    receiver.answer ?? '-',
  ]);
  const widths = COLUMNS.map((name, n) => Math.max(name.length, ...rows.map((row) => row[n]?.length ?? 0)));
  const lines = [COLUMNS, ...rows].map((row) =>
    row
      .map((cell, n) => (NUMBERS.includes(n) ? cell.padStart(widths[n] ?? 0) : cell.padEnd(widths[n] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

function nextTryOf({ condition, dueAt }: ListedReceiver): string | null {
  return condition === 'down' ? time(dueAt) : null;
}

function told(receiver: ListedReceiver): string {
  switch (receiver.condition) {
    case 'ok':
      return 'ok';
    case 'down':
      return `down, next try ${nextTryOf(receiver)}`;
    case 'gone':
      return `gone since ${time(receiver.disabledAt)}`;
    case 'unknown':
      return 'not in the settings';
  }
}

function time(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
