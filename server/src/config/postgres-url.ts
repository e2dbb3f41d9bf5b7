import { resolve } from 'node:path';
import { ValueError } from './value-error.ts';

/** `require` verifies like `verify-full`: encryption for a server that cannot prove who it is protects nothing. */
const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type SslMode = (typeof SSL_MODES)[number];

const SSL_FILES = ['sslrootcert', 'sslcert', 'sslkey'] as const;
export type SslFile = (typeof SSL_FILES)[number];

const PARAMETERS: readonly string[] = ['host', 'port', 'sslmode', ...SSL_FILES];

/** The certificate authorities that Node.js comes with, as a value of `sslrootcert`. */
const SYSTEM = 'system';

const DEFAULT_PORT = 5432;
const FORM = 'must be an address of the form postgres://user:password@host:5432/database';
const ENCODED = 'must have special characters in its user name, password and database written as in %23 for #';

export interface PostgresAddress {
  /** A name, an IP address, or the absolute path of the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string | null;
  readonly password: string | null;
  readonly database: string | null;
  readonly tls: TlsSettings | null;
}

export interface TlsSettings {
  /** Whether the certificate must be for the host that was asked for, too. */
  readonly checksHost: boolean;
  /** Absolute paths. */
  readonly files: Readonly<Partial<Record<SslFile, string>>>;
}

/**
 * Reads the address of a PostgreSQL, with the parameters that libpq knows for TLS. Part of it may be a password, whole
 * or torn apart by characters that should have been encoded, so no message shows any of it.
 *
 * @throws ValueError
 */
export function parsePostgresUrl(text: string): PostgresAddress {
  if (/[\s\p{Cc}]/u.test(text)) throw new ValueError('must not hold spaces or line breaks');
  // A user without a host, as Unix sockets have it, is not an address to `URL`.
  const whole = text.replace(/^([^/]*\/\/[^/?#]*@)(?=[/?]|$)/, '$1localhost');
  if (!/^postgres(ql)?:\/\/./i.test(whole) || !URL.canParse(whole)) throw new ValueError(FORM);
  const url = new URL(whole);
  if (url.hash !== '' || /[@/]/.test(url.pathname.slice(1)) || url.search.includes('@')) throw new ValueError(ENCODED);
  const parameters = readParameters(url.searchParams);
  const host = hostOf(parameters.get('host') ?? decode(url.hostname).replace(/^\[(.*)\]$/, '$1'));
  const tls = tlsOf(parameters);
  return {
    host,
    port: portOf(parameters.get('port') ?? url.port),
    user: decode(url.username) || null,
    password: decode(url.password) || null,
    database: decode(url.pathname.slice(1)) || null,
    // A socket does not leave the machine.
    tls: host.startsWith('/') ? null : tls,
  };
}

function readParameters(given: URLSearchParams): ReadonlyMap<string, string> {
  const parameters = new Map(given);
  if ([...parameters.keys()].some((name) => !PARAMETERS.includes(name))) {
    throw new ValueError(`may have the parameters ${PARAMETERS.join(', ')} and no others`);
  }
  if (parameters.size < given.size) throw new ValueError('must not have a parameter twice');
  for (const [name, value] of parameters) {
    if (value === '' || value.includes('\0')) throw new ValueError(`must have a value for ${name}`);
  }
  return parameters;
}

function hostOf(text: string): string {
  const host = text === '' ? 'localhost' : text;
  if (!/^(\/.*|[a-z0-9._-]+|[0-9a-f:.]+)$/is.test(host)) {
    throw new ValueError('must name one host, by name, IP address or the folder of its socket');
  }
  return host;
}

function portOf(text: string): number {
  const port = text === '' ? DEFAULT_PORT : Number(text);
  if (!/^\d*$/.test(text) || port < 1 || port > 65_535) throw new ValueError('must have a port from 1 to 65535');
  return port;
}

function tlsOf(parameters: ReadonlyMap<string, string>): TlsSettings | null {
  const mode = sslModeOf(parameters.get('sslmode'));
  const given = SSL_FILES.filter((name) => parameters.has(name));
  if (mode === 'disable') {
    if (given.length > 0) throw new ValueError(`must have sslmode=verify-full for ${given[0]} to be of use`);
    return null;
  }
  if (parameters.has('sslcert') !== parameters.has('sslkey')) {
    throw new ValueError('must have sslcert and sslkey together');
  }
  const root = parameters.get('sslrootcert');
  if (mode === 'verify-ca' && (root === undefined || root === SYSTEM)) {
    // Anybody can get a certificate for some name from a public authority.
    throw new ValueError('must have the file of an authority of your own as sslrootcert with sslmode=verify-ca');
  }
  const files: Partial<Record<SslFile, string>> = {};
  for (const name of given) {
    const path = parameters.get(name) ?? '';
    if (name !== 'sslrootcert' || path !== SYSTEM) files[name] = resolve(path);
  }
  return { checksHost: mode !== 'verify-ca', files };
}

function sslModeOf(text = 'disable'): SslMode {
  const mode = SSL_MODES.find((known) => known === text);
  if (mode === undefined) throw new ValueError(`must have one of ${SSL_MODES.join(', ')} as sslmode`);
  return mode;
}

function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new ValueError(ENCODED);
  }
  if (decoded.includes('\0')) throw new ValueError('must not hold null characters');
  return decoded;
}
