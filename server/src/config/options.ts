import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError } from './config-error.ts';
import type { Environment } from './env.ts';
import {
  type Database,
  type LogLevel,
  parseDatabase,
  parseHost,
  parseKey,
  parseLogLevel,
  parsePort,
  parsePublicUrl,
  parseTrustedProxies,
  parseWhole,
} from './option-values.ts';
import { ValueError } from './value-error.ts';

export interface ServeOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
  /** Absolute. */
  readonly dataDir: string;
  readonly database: Database;
  /** Absolute. */
  readonly setupPath?: string;
  /** Without a trailing slash. Absent: `defaultPublicUrl` of the host and the port that was bound. */
  readonly publicUrl?: string;
  /** The instance key, 32 bytes. Absent: the one in the data folder. */
  readonly key?: Buffer;
  /** IP addresses and CIDR ranges. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: LogLevel;
}

/** One row of the table of options. Secrets and lists of a deployment have a variable only. */
export interface OptionRow {
  readonly option?: string;
  readonly variable: string;
  /** What the value is, for the help text. */
  readonly value: string;
  readonly default: string;
  readonly help: string;
}

export const SERVE_OPTIONS = {
  port: {
    option: '--port',
    variable: 'TESSERA_PORT',
    value: 'NUMBER',
    default: '8080',
    help: 'Port to listen on; 0 takes a free one.',
  },
  host: {
    option: '--host',
    variable: 'TESSERA_HOST',
    value: 'ADDRESS',
    default: '127.0.0.1',
    help: 'Address to listen on; 0.0.0.0 listens on all of them.',
  },
  data: {
    option: '--data',
    variable: 'TESSERA_DATA_DIR',
    value: 'FOLDER',
    default: './data',
    help: 'Folder for the database file, the instance key and the first setup.',
  },
  database: {
    option: '--database',
    variable: 'TESSERA_DATABASE_URL',
    value: 'URL',
    default: 'sqlite:',
    help: 'sqlite: is a file in the data folder, sqlite:PATH any other; postgres://... is a PostgreSQL.',
  },
  poolSize: {
    option: '--database-pool-size',
    variable: 'TESSERA_DATABASE_POOL_SIZE',
    value: 'NUMBER',
    default: '10',
    help: 'Connections of this process to a PostgreSQL, 2 to 100.',
  },
  statementTimeout: {
    option: '--database-statement-timeout',
    variable: 'TESSERA_DATABASE_STATEMENT_TIMEOUT',
    value: 'MILLISECONDS',
    default: '10000',
    help: 'Longest time of one statement on a PostgreSQL, 100 to 600000.',
  },
  databaseWait: {
    option: '--database-wait',
    variable: 'TESSERA_DATABASE_WAIT',
    value: 'SECONDS',
    default: '30',
    help: 'How long a start waits for a PostgreSQL that is not there yet, 0 to 3600.',
  },
  setup: {
    option: '--setup',
    variable: 'TESSERA_SETUP',
    value: 'FILE',
    default: 'none',
    help: 'Setup file (JSON) to apply at every start.',
  },
  publicUrl: {
    option: '--public-url',
    variable: 'TESSERA_PUBLIC_URL',
    value: 'URL',
    default: 'http://<host>:<port>',
    help: 'Address under which clients reach this instance; links are made from it.',
  },
  logLevel: {
    option: '--log-level',
    variable: 'TESSERA_LOG_LEVEL',
    value: 'LEVEL',
    default: 'info',
    help: 'fatal, error, warn, info, debug, trace or silent.',
  },
  key: {
    variable: 'TESSERA_KEY',
    value: 'BASE64',
    default: '<data>/instance.key',
    help: 'Instance key, 32 bytes in base64. Processes that share a database need the same one.',
  },
  trustedProxies: {
    variable: 'TESSERA_TRUSTED_PROXIES',
    value: 'LIST',
    default: 'none',
    help: 'IP addresses or CIDR ranges, between commas, of proxies whose forwarded headers count.',
  },
} as const satisfies Record<string, OptionRow>;

type OptionName = keyof typeof SERVE_OPTIONS;

interface Given {
  /** The option or the variable that brought the value. */
  readonly source: string;
  readonly text: string;
}

/**
 * Reads the options of `serve`; an option wins over its variable.
 * Throws `ConfigError` at the first unknown option or unfit value.
 */
export function readOptions(args: readonly string[], env: Environment): ServeOptions {
  const given = readArguments(args);
  const row = (name: OptionName): Given | undefined => given.get(name) ?? readVariable(name, env);
  const value = <T>(name: OptionName, parse: (text: string) => T): T | undefined => parseGiven(row(name), parse);

  const dataDir = resolve(value('data', parsePath) ?? SERVE_OPTIONS.data.default);
  const setupPath = value('setup', parsePath);
  const publicUrl = value('publicUrl', parsePublicUrl);
  const key = value('key', parseKey);
  const whole = (name: OptionName, least: number, most: number): number =>
    value(name, (text) => parseWhole(text, least, most)) ?? Number(SERVE_OPTIONS[name].default);
  const limits = {
    poolSize: whole('poolSize', 2, 100),
    statementTimeout: whole('statementTimeout', 100, 600_000),
    patience: whole('databaseWait', 0, 3_600) * 1_000,
  };
  const databaseOf = (text: string): Database => parseDatabase(text, dataDir, limits);
  return {
    port: value('port', parsePort) ?? Number(SERVE_OPTIONS.port.default),
    host: value('host', parseHost) ?? SERVE_OPTIONS.host.default,
    dataDir,
    database: value('database', databaseOf) ?? databaseOf(SERVE_OPTIONS.database.default),
    ...(setupPath === undefined ? {} : { setupPath }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(key === undefined ? {} : { key }),
    trustedProxies: value('trustedProxies', parseTrustedProxies) ?? [],
    logLevel: value('logLevel', parseLogLevel) ?? SERVE_OPTIONS.logLevel.default,
  };
}

/** `http://HOST:PORT`, with an IPv6 address in brackets. */
export function defaultPublicUrl(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function parsePath(text: string): string {
  if (text.includes('\0')) {
    throw new ValueError('must be a path without null characters');
  }
  return resolve(text);
}

// Not in `strict` mode, whose messages run over several sentences; the tokens say all that it would refuse.
function readArguments(args: readonly string[]): ReadonlyMap<OptionName, Given> {
  const names = Object.entries(SERVE_OPTIONS).flatMap(([name, row]) =>
    'option' in row ? [{ name: name as OptionName, option: row.option }] : [],
  );
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: Object.fromEntries(names.map(({ option }) => [option.slice(2), { type: 'string' as const }])),
  });
  const given = new Map<OptionName, Given>();
  for (const token of tokens) {
    if (token.kind !== 'option') {
      const what = token.kind === 'positional' ? token.value : '--';
      throw new ConfigError(`unexpected argument ${JSON.stringify(what)}: try "tessera help serve"`);
    }
    const known = names.find(({ option }) => option === token.rawName);
    if (known === undefined) {
      throw new ConfigError(`unknown option ${token.rawName}: try "tessera help serve"`);
    }
    if (token.value === undefined || token.value === '') {
      throw new ConfigError(`${token.rawName} needs a value`);
    }
    given.set(known.name, { source: token.rawName, text: token.value });
  }
  return given;
}

function readVariable(name: OptionName, env: Environment): Given | undefined {
  const { variable } = SERVE_OPTIONS[name];
  const text = env[variable];
  // An empty variable is more often a secret that failed to arrive than a wish for the default.
  if (text === '' && name !== 'trustedProxies') {
    throw new ConfigError(`${variable} is empty: give it a value or unset it`);
  }
  return text === undefined ? undefined : { source: variable, text };
}

function parseGiven<T>(given: Given | undefined, parse: (text: string) => T): T | undefined {
  if (given === undefined) {
    return undefined;
  }
  try {
    return parse(given.text);
  } catch (error) {
    if (error instanceof ValueError) {
      throw new ConfigError(`${given.source} ${error.message}`);
    }
    throw error;
  }
}
