import { resolve } from 'node:path';
import { ConfigError } from './config-error.ts';
import type { Environment } from './env.ts';
import { type OptionRow, parseGiven, readGiven } from './given.ts';
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
  /** Absolute paths of PEM files; served with TLS when given. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The instance key, 32 bytes. Absent: the one in the data folder. */
  readonly key?: Buffer;
  /** IP addresses and CIDR ranges. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: LogLevel;
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
    help: 'Connections of this process to a PostgreSQL, 1 to 100.',
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
    default: 'http(s)://<host>:<port>',
    help: 'Address under which clients reach this instance; links are made from it.',
  },
  tlsCert: {
    option: '--tls-cert',
    variable: 'TESSERA_TLS_CERT',
    value: 'FILE',
    default: 'none',
    help: 'Certificate with its chain (PEM): the port then speaks TLS only.',
  },
  tlsKey: {
    option: '--tls-key',
    variable: 'TESSERA_TLS_KEY',
    value: 'FILE',
    default: 'none',
    help: 'Key of the certificate (PEM); one is of no use without the other.',
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

/**
 * Reads the options of `serve`; an option wins over its variable.
 * Throws `ConfigError` at the first unknown option or unfit value.
 */
export function readOptions(args: readonly string[], env: Environment): ServeOptions {
  const given = readGiven('serve', SERVE_OPTIONS, { args, env }, ['trustedProxies']);
  const value = <T>(name: OptionName, parse: (text: string) => T): T | undefined => parseGiven(given(name), parse);

  const dataDir = resolve(value('data', parsePath) ?? SERVE_OPTIONS.data.default);
  const setupPath = value('setup', parsePath);
  const publicUrl = value('publicUrl', parsePublicUrl);
  const tls = tlsOf(value('tlsCert', parsePath), value('tlsKey', parsePath));
  const key = value('key', parseKey);
  const whole = (name: OptionName, least: number, most: number): number =>
    value(name, (text) => parseWhole(text, least, most)) ?? Number(SERVE_OPTIONS[name].default);
  const limits = {
    poolSize: whole('poolSize', 1, 100),
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
    ...(tls === undefined ? {} : { tls }),
    ...(key === undefined ? {} : { key }),
    trustedProxies: value('trustedProxies', parseTrustedProxies) ?? [],
    logLevel: value('logLevel', parseLogLevel) ?? SERVE_OPTIONS.logLevel.default,
  };
}

function tlsOf(cert: string | undefined, key: string | undefined): ServeOptions['tls'] {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new ConfigError('--tls-cert and --tls-key must be given together');
  }
  return { cert, key };
}

/** `http://HOST:PORT`, or `https`, with an IPv6 address in brackets. */
export function defaultPublicUrl(host: string, port: number, encrypted = false): string {
  return `${encrypted ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function parsePath(text: string): string {
  if (text.includes('\0')) {
    throw new ValueError('must be a path without null characters');
  }
  return resolve(text);
}
