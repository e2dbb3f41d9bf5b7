import { resolve } from 'node:path';
import { ConfigError } from './config-error.ts';
import type { Environment } from './env.ts';
import { type OptionRow, parseGiven, readGiven } from './given.ts';
import { type Database, parseDatabase } from './option-values.ts';
import { SERVE_OPTIONS } from './options.ts';
import { ValueError } from './value-error.ts';

export type WebhooksOptions = { readonly database: Database } & (
  | { readonly action: 'list'; readonly json: boolean }
  | { readonly action: 'retry'; readonly receiver: string }
  | ({ readonly action: 'replay' } & ReplayOptions)
);

export interface ReplayOptions {
  readonly receiver: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** Not included. */
  readonly until?: number;
  readonly userId?: string;
}

const DATABASE_OPTIONS = { database: SERVE_OPTIONS.database, data: SERVE_OPTIONS.data } as const;
const RECEIVER: OptionRow = {
  option: '--receiver',
  variable: 'TESSERA_WEBHOOKS_RECEIVER',
  value: 'ID',
  default: 'none',
  help: 'Id of the receiver, as "tessera webhooks list" shows it.',
};

/** Options by action; those of the database are the same for all. */
export const WEBHOOKS_OPTIONS = {
  list: DATABASE_OPTIONS,
  retry: { ...DATABASE_OPTIONS, receiver: RECEIVER },
  replay: {
    ...DATABASE_OPTIONS,
    receiver: RECEIVER,
    since: {
      option: '--since',
      variable: 'TESSERA_WEBHOOKS_SINCE',
      value: 'TIME',
      default: 'none',
      help: 'Events from this time on: 2026-01-15, or 2026-01-15T12:00:00Z.',
    },
    until: {
      option: '--until',
      variable: 'TESSERA_WEBHOOKS_UNTIL',
      value: 'TIME',
      default: 'now',
      help: 'Events before this time.',
    },
    user: {
      option: '--user',
      variable: 'TESSERA_WEBHOOKS_USER',
      value: 'ID',
      default: 'everybody',
      help: 'Events of this user only.',
    },
  },
} as const satisfies Record<string, Record<string, OptionRow>>;

export type WebhooksAction = keyof typeof WEBHOOKS_OPTIONS;

const COMMAND = 'webhooks';
const LIMITS = { poolSize: 1, statementTimeout: 60_000, patience: 0 };
const JSON_FLAG = '--json';

/**
 * Reads the action of `webhooks` and its options; an option wins over its variable.
 *
 * @throws ConfigError one sentence for the operator
 */
export function readWebhooksOptions([action, ...args]: readonly string[], env: Environment): WebhooksOptions {
  switch (action) {
    case 'list': {
      const given = readGiven(COMMAND, WEBHOOKS_OPTIONS.list, { args: args.filter((arg) => arg !== JSON_FLAG), env });
      return { action, database: databaseOf(given), json: args.includes(JSON_FLAG) };
    }
    case 'retry': {
      const given = readGiven(COMMAND, WEBHOOKS_OPTIONS.retry, { args, env });
      return { action, database: databaseOf(given), receiver: needed(given('receiver'), RECEIVER).text };
    }
    case 'replay': {
      const rows = WEBHOOKS_OPTIONS.replay;
      const given = readGiven(COMMAND, rows, { args, env });
      const receiver = needed(given('receiver'), RECEIVER).text;
      const since = parseGiven(needed(given('since'), rows.since), parseTime) ?? 0;
      const until = parseGiven(given('until'), parseTime);
      const userId = given('user')?.text;
      return {
        action,
        database: databaseOf(given),
        receiver,
        since,
        ...(until === undefined ? {} : { until }),
        ...(userId === undefined ? {} : { userId }),
      };
    }
    default:
      throw new ConfigError('webhooks needs one of list, replay, retry: try "tessera help webhooks"');
  }
}

type Given = ReturnType<ReturnType<typeof readGiven>>;

function databaseOf(given: (name: 'database' | 'data') => Given): Database {
  const dataDir = resolve(given('data')?.text ?? SERVE_OPTIONS.data.default);
  const parse = (text: string) => parseDatabase(text, dataDir, LIMITS);
  return parseGiven(given('database'), parse) ?? parse(SERVE_OPTIONS.database.default);
}

function needed(given: Given, { option, variable }: OptionRow): NonNullable<Given> {
  if (given !== undefined) return given;
  throw new ConfigError(`${option} or ${variable} must be given: try "tessera help ${COMMAND}"`);
}

const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** A day begins at midnight UTC. */
function parseTime(text: string): number {
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time) || !isDay(text.slice(0, 10))) {
    throw new ValueError(`must be a time such as 2026-01-15 or 2026-01-15T12:00:00Z, not ${JSON.stringify(text)}`);
  }
  return time;
}

/** The 30th of February would be taken for a day of March. */
function isDay(text: string): boolean {
  return new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}
