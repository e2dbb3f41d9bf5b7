import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { ConnectionOptions } from 'node:tls';
import { ConfigError } from './config-error.ts';
import type { PostgresDatabase } from './option-values.ts';
import { parsePostgresUrl, type SslFile, type TlsSettings } from './postgres-url.ts';

/** What the driver's pool is made with. Holds the password and the private key. */
export interface PostgresConfig {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Absent: the driver takes that of the variable `PGPASSWORD`. */
  readonly password?: string;
  readonly database: string;
  readonly ssl: false | ConnectionOptions;
  /** Connections of this process. */
  readonly max: number;
  /** Milliseconds. */
  readonly statementTimeout: number;
}

/**
 * How connections to the database are made; reads the files of its certificates. What the address leaves open is as
 * with other PostgreSQL programs: port 5432 of this machine, the name of the system's user, a database of that name.
 *
 * @throws ConfigError when a file cannot be read, or is not what it should be
 */
export function postgresConfig({ url, poolSize, statementTimeout }: PostgresDatabase): PostgresConfig {
  const { host, port, user, password, database, tls } = parsePostgresUrl(url);
  const userName = user ?? systemUser();
  return {
    host,
    port,
    user: userName,
    ...(password === null ? {} : { password }),
    database: database ?? userName,
    ssl: tls === null ? false : tlsOptions(tls),
    max: poolSize,
    statementTimeout,
  };
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch (error) {
    throw new ConfigError(
      'the address of the database must name a user, since the system has no name for its own',
      error,
    );
  }
}

function tlsOptions({ checksHost, files }: TlsSettings): ConnectionOptions {
  const ca = readPem('sslrootcert', files, isCertificate);
  const cert = readPem('sslcert', files, isCertificate);
  const key = readPem('sslkey', files, createPrivateKey);
  if (cert !== null && key !== null && !new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    throw new ConfigError(`sslkey of the database, ${files.sslkey}, does not belong to its sslcert`);
  }
  return {
    rejectUnauthorized: true,
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
    ...(checksHost ? {} : { checkServerIdentity: () => undefined }),
  };
}

/** The text of a file, after `check` has let it pass; `null` when none is named. */
function readPem(name: SslFile, files: TlsSettings['files'], check: (pem: string) => unknown): string | null {
  const path = files[name];
  if (path === undefined) return null;
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${name} of the database, ${path}, cannot be read: ${reasonOf(error)}`, error);
  }
  try {
    check(pem);
    return pem;
  } catch (error) {
    const what = name === 'sslkey' ? 'a private key without a passphrase' : 'a certificate';
    throw new ConfigError(`${name} of the database, ${path}, must hold ${what} in PEM form`, error);
  }
}

function isCertificate(pem: string): unknown {
  return new X509Certificate(pem);
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  return code === 'EACCES' ? 'permission is denied' : `the system says ${code}`;
}
