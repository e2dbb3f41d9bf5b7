import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { readOptions } from './options.ts';
import { type PostgresConfig, postgresConfig } from './postgres.ts';

/** A certificate for `localhost` that is its own authority, and its key. */
const CERT = fileURLToPath(new URL('../../test/fixtures/tls/cert.pem', import.meta.url));
const KEY = fileURLToPath(new URL('../../test/fixtures/tls/key.pem', import.meta.url));

function configOf(url: string, ...args: string[]): PostgresConfig {
  const { database } = readOptions(['--database', url, ...args], {});
  if (database.engine !== 'postgres') throw new Error('not a PostgreSQL');
  return postgresConfig(database);
}

describe('the configuration of the driver', () => {
  it('says everything that the address and the options do', () => {
    const url = 'postgres://u:p%40ss@h:6432/d';
    expect(configOf(url, '--database-pool-size', '20', '--database-statement-timeout', '500')).toEqual({
      host: 'h',
      port: 6432,
      user: 'u',
      password: 'p@ss',
      database: 'd',
      ssl: false,
      max: 20,
      statementTimeout: 500,
    });
  });

  it('leaves nothing but the password to variables of the environment', () => {
    const name = userInfo().username;
    expect(configOf('postgres:///')).toEqual({
      host: 'localhost',
      port: 5432,
      user: name,
      database: name,
      ssl: false,
      max: 10,
      statementTimeout: 10_000,
    });
  });

  it('reads the files of certificates', () => {
    const { ssl } = configOf(`postgres://h/d?sslmode=verify-full&sslrootcert=${CERT}&sslcert=${CERT}&sslkey=${KEY}`);
    const [cert, key] = [readFileSync(CERT, 'utf8'), readFileSync(KEY, 'utf8')];
    expect(ssl).toEqual({ rejectUnauthorized: true, ca: cert, cert, key });
  });
});

describe('a file of a certificate that does not fit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const stranger = file('stranger.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const sealed = file(
    'sealed.pem',
    privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hunter2' }).toString(),
  );
  const noise = file('noise.pem', 'hunter2');

  it.each([
    [
      'sslrootcert=/nowhere/ca.pem',
      'sslrootcert of the database, /nowhere/ca.pem, cannot be read: there is no such file',
    ],
    [`sslrootcert=${folder}`, `sslrootcert of the database, ${folder}, cannot be read: the system says EISDIR`],
    [`sslrootcert=${noise}`, `sslrootcert of the database, ${noise}, must hold a certificate in PEM form`],
    [`sslcert=${KEY}&sslkey=${KEY}`, `sslcert of the database, ${KEY}, must hold a certificate in PEM form`],
    [
      `sslcert=${CERT}&sslkey=${noise}`,
      `sslkey of the database, ${noise}, must hold a private key without a passphrase in PEM form`,
    ],
    [
      `sslcert=${CERT}&sslkey=${sealed}`,
      `sslkey of the database, ${sealed}, must hold a private key without a passphrase in PEM form`,
    ],
    [`sslcert=${CERT}&sslkey=${stranger}`, `sslkey of the database, ${stranger}, does not belong to its sslcert`],
  ])('%s', (parameters, sentence) => {
    expect(() => configOf(`postgres://u:hunter2@h/d?sslmode=verify-full&${parameters}`)).toThrow(
      new ConfigError(sentence),
    );
  });
});

describe('a server with a certificate for localhost of an authority of its own', () => {
  let server: Server;
  beforeAll(async () => {
    const [cert, key] = [readFileSync(CERT), readFileSync(KEY)];
    // Agrees to TLS and hangs up on whoever finds its certificate good.
    server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write('S');
        const tls = new TLSSocket(socket, { isServer: true, cert, key });
        tls.on('error', () => {});
        tls.once('data', () => tls.end());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const trusted = 'Connection terminated unexpectedly';
  it.each([
    ['localhost', 'sslmode=require', 'self-signed certificate'],
    ['localhost', 'sslmode=verify-full', 'self-signed certificate'],
    ['localhost', `sslmode=require&sslrootcert=${CERT}`, trusted],
    ['localhost', `sslmode=verify-full&sslrootcert=${CERT}`, trusted],
    ['localhost', `sslmode=verify-ca&sslrootcert=${CERT}`, trusted],
    ['127.0.0.1', `sslmode=verify-full&sslrootcert=${CERT}`, 'does not match'],
    ['127.0.0.1', `sslmode=require&sslrootcert=${CERT}`, 'does not match'],
    ['127.0.0.1', `sslmode=verify-ca&sslrootcert=${CERT}`, trusted],
  ])('at %s with %s: %s', async (host, parameters, message) => {
    const { port } = server.address() as AddressInfo;
    const { ssl, ...config } = configOf(`postgres://u:p@${host}:${port}/d?${parameters}`);
    await expect(new Client({ ...config, ssl }).connect()).rejects.toThrow(message);
  });
});
