import { BlockList, isIP } from 'node:net';
import { resolve } from 'node:path';
import { parsePostgresUrl } from './postgres-url.ts';
import { ValueError } from './value-error.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where the records are kept. */
export type Database = SqliteDatabase | PostgresDatabase;

export interface SqliteDatabase {
  readonly engine: 'sqlite';
  /** Absolute. */
  readonly path: string;
}

export interface PostgresDatabase extends PostgresLimits {
  readonly engine: 'postgres';
  /** May hold a password. */
  readonly url: string;
}

export interface PostgresLimits {
  /** Connections of this process. */
  readonly poolSize: number;
  /** Milliseconds that one statement may take. */
  readonly statementTimeout: number;
  /** Milliseconds to wait at the start for a database that is not there yet. */
  readonly patience: number;
}

const DATABASE_FILE = 'tessera.db';
const KEY_BYTES = 32;

function quote(text: string): string {
  return JSON.stringify(text);
}

export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) {
    throw new ValueError(`must be a port number from 0 to 65535, not ${quote(text)}`);
  }
  return port;
}

export function parseHost(text: string): string {
  const labels = text.split('.');
  const isName =
    text.length <= 253 &&
    labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label)) &&
    // A last label of digits makes it a mistyped IPv4 address, as in URLs.
    !/^\d+$/.test(labels.at(-1) ?? '');
  if (isIP(text) === 0 && !isName) {
    throw new ValueError(`must be an IP address or a host name, not ${quote(text)}`);
  }
  return text;
}

/** An http or https address without credentials, query or fragment. Answers it without a trailing slash. */
export function parsePublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:') || !/^https?:\/\//i.test(text)) {
    // A text with an at sign may hold a password.
    const shown = text.includes('@') ? '' : `, not ${quote(text)}`;
    throw new ValueError(`must be an absolute http or https address such as https://id.example.com${shown}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new ValueError('must not hold a user name or a password');
  }
  if (/[?#]/.test(text)) {
    throw new ValueError(`must not hold a query or a fragment, as ${quote(text)} does`);
  }
  return url.href.replace(/\/+$/, '');
}

/** A whole number in decimal digits. */
export function parseWhole(text: string, least: number, most: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most)) {
    throw new ValueError(`must be a whole number from ${least} to ${most}, not ${quote(text)}`);
  }
  return number;
}

/** `sqlite:` alone is the file in the data folder; a relative file is taken from the working directory. */
export function parseDatabase(text: string, dataDir: string, limits: PostgresLimits): Database {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'sqlite') {
    return { engine: 'sqlite', path: sqlitePath(text.slice('sqlite:'.length), dataDir) };
  }
  if (scheme !== 'postgres' && scheme !== 'postgresql') {
    const shown = scheme === undefined ? '' : `, not ${quote(`${scheme}:`)}`;
    throw new ValueError(`must begin with sqlite: or postgres://${shown}`);
  }
  parsePostgresUrl(text);
  return { engine: 'postgres', url: text, ...limits };
}

function sqlitePath(rest: string, dataDir: string): string {
  if (rest === '') {
    return resolve(dataDir, DATABASE_FILE);
  }
  const path = rest.startsWith('///') ? rest.slice(2) : rest;
  if (path.startsWith('//') || path.startsWith(':') || /[\0?#]/.test(path)) {
    throw new ValueError(
      `must name a file, as in sqlite:/var/lib/tessera/tessera.db, not ${quote(`sqlite:${rest.replace(/[?#].*$/s, '')}`)}`,
    );
  }
  return resolve(path);
}

/** The instance key: 32 bytes in base64. */
export function parseKey(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length !== KEY_BYTES || key.toString('base64').replace('=', '') !== text.replace(/=$/, '')) {
    throw new ValueError('must be 32 bytes in base64 (44 characters, as printed by `openssl rand -base64 32`)');
  }
  return key;
}

/** Addresses and CIDR ranges between commas; an empty text means none. */
export function parseTrustedProxies(text: string): readonly string[] {
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.every((entry) => entry === '')) {
    return [];
  }
  for (const entry of entries) {
    if (!isAddressOrRange(entry)) {
      throw new ValueError(`must list IP addresses or CIDR ranges between commas, which ${quote(entry)} is not`);
    }
  }
  return entries;
}

function isAddressOrRange(entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || rest.length > 0) {
    return false;
  }
  if (prefix === undefined) {
    return true;
  }
  if (!/^\d{1,3}$/.test(prefix)) {
    return false;
  }
  try {
    new BlockList().addSubnet(address, Number(prefix), version === 4 ? 'ipv4' : 'ipv6');
    return true;
  } catch {
    return false;
  }
}

export function parseLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level === undefined) {
    throw new ValueError(`must be one of ${LOG_LEVELS.join(', ')}, not ${quote(text)}`);
  }
  return level;
}
