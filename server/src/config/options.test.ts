import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { defaultPublicUrl, readOptions } from './options.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');

describe('options of serve', () => {
  it('has a default for everything', () => {
    expect(readOptions([], {})).toEqual({
      port: 8080,
      host: '127.0.0.1',
      dataDir: resolve('data'),
      database: { engine: 'sqlite', path: resolve('data/tessera.db') },
      trustedProxies: [],
      logLevel: 'info',
    });
  });

  it('reads options and variables, and lets the option win', () => {
    // Given
    const env = {
      TESSERA_PORT: '1',
      TESSERA_HOST: '::1',
      TESSERA_DATABASE_URL: 'postgres://tessera:secret@db/tessera',
      TESSERA_DATABASE_POOL_SIZE: '100',
      TESSERA_DATABASE_STATEMENT_TIMEOUT: '100',
      TESSERA_DATABASE_WAIT: '5',
      TESSERA_PUBLIC_URL: 'https://id.example.com/',
      TESSERA_KEY: KEY,
      TESSERA_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    };
    // When
    const args = ['--port=0', '--setup', 'setup.json', '--log-level', 'debug', '--data', '/d', '--database-wait', '0'];
    const options = readOptions(args, env);
    // Then
    expect(options).toEqual({
      port: 0,
      host: '::1',
      dataDir: '/d',
      database: {
        engine: 'postgres',
        url: 'postgres://tessera:secret@db/tessera',
        poolSize: 100,
        statementTimeout: 100,
        patience: 0,
      },
      setupPath: resolve('setup.json'),
      publicUrl: 'https://id.example.com',
      key: Buffer.alloc(32, 7),
      trustedProxies: ['10.0.0.0/8', '::1'],
      logLevel: 'debug',
    });
  });

  it.each([
    ['sqlite:', '/d/tessera.db'],
    ['sqlite:/var/t.db', '/var/t.db'],
    ['sqlite:///var/t.db', '/var/t.db'],
    ['sqlite:t.db', resolve('t.db')],
  ])('takes %s for a file', (url, path) => {
    expect(readOptions(['--data', '/d', '--database', url], {}).database).toEqual({ engine: 'sqlite', path });
  });

  it('takes ten connections, ten seconds for a statement and thirty for the start with a PostgreSQL', () => {
    const url = 'postgres://db/tessera';
    expect(readOptions(['--database', url], {}).database).toEqual({
      engine: 'postgres',
      url,
      poolSize: 10,
      statementTimeout: 10_000,
      patience: 30_000,
    });
  });

  it('takes an empty list of proxies for none', () => {
    expect(readOptions([], { TESSERA_TRUSTED_PROXIES: '' }).trustedProxies).toEqual([]);
  });

  it.each<[string[], Record<string, string>, string]>([
    [['--prot', '1'], {}, 'unknown option --prot: try "tessera help serve"'],
    [['-p', '1'], {}, 'unknown option -p: try "tessera help serve"'],
    [['--key=hunter2'], {}, 'unknown option --key: try "tessera help serve"'],
    [['8080'], {}, 'unexpected argument "8080": try "tessera help serve"'],
    [['--port'], {}, '--port needs a value'],
    [['--port='], {}, '--port needs a value'],
    [['--port', '65536'], {}, '--port must be a port number from 0 to 65535, not "65536"'],
    [['--port', '-1'], {}, '--port must be a port number from 0 to 65535, not "-1"'],
    [['--port', '8e1'], {}, '--port must be a port number from 0 to 65535, not "8e1"'],
    [[], { TESSERA_PORT: 'http' }, 'TESSERA_PORT must be a port number from 0 to 65535, not "http"'],
    [[], { TESSERA_PORT: '' }, 'TESSERA_PORT is empty: give it a value or unset it'],
    [['--host', '127.0.0.256'], {}, '--host must be an IP address or a host name, not "127.0.0.256"'],
    [['--host', 'http://x'], {}, '--host must be an IP address or a host name, not "http://x"'],
    [['--database', 'mysql://u:hunter2@h/d'], {}, '--database must begin with sqlite: or postgres://, not "mysql:"'],
    [[], { TESSERA_DATABASE_URL: 'hunter2' }, 'TESSERA_DATABASE_URL must begin with sqlite: or postgres://'],
    [
      ['--database', 'postgres:u:hunter2'],
      {},
      '--database must be an address of the form postgres://user:password@host:5432/database',
    ],
    [
      ['--database', 'postgres://u:hunter2@h/d?sslmode=prefer'],
      {},
      '--database must have one of disable, require, verify-ca, verify-full as sslmode',
    ],
    [['--database-pool-size', '0'], {}, '--database-pool-size must be a whole number from 1 to 100, not "0"'],
    [
      [],
      { TESSERA_DATABASE_POOL_SIZE: '101' },
      'TESSERA_DATABASE_POOL_SIZE must be a whole number from 1 to 100, not "101"',
    ],
    [
      [],
      { TESSERA_DATABASE_STATEMENT_TIMEOUT: '10s' },
      'TESSERA_DATABASE_STATEMENT_TIMEOUT must be a whole number from 100 to 600000, not "10s"',
    ],
    [['--database-wait', '-1'], {}, '--database-wait must be a whole number from 0 to 3600, not "-1"'],
    [
      ['--database', 'sqlite::memory:'],
      {},
      '--database must name a file, as in sqlite:/var/lib/tessera/tessera.db, not "sqlite::memory:"',
    ],
    [
      ['--public-url', 'id.example.com'],
      {},
      '--public-url must be an absolute http or https address such as https://id.example.com, not "id.example.com"',
    ],
    [
      ['--public-url', 'ftp://id.example.com'],
      {},
      '--public-url must be an absolute http or https address such as https://id.example.com, not "ftp://id.example.com"',
    ],
    [['--public-url', 'https://u:hunter2@x'], {}, '--public-url must not hold a user name or a password'],
    [
      [],
      { TESSERA_PUBLIC_URL: 'https://x/?a=1' },
      'TESSERA_PUBLIC_URL must not hold a query or a fragment, as "https://x/?a=1" does',
    ],
    [
      [],
      { TESSERA_KEY: 'aHVudGVyMg==' },
      'TESSERA_KEY must be 32 bytes in base64 (44 characters, as printed by `openssl rand -base64 32`)',
    ],
    [
      [],
      { TESSERA_KEY: `${KEY} ` },
      'TESSERA_KEY must be 32 bytes in base64 (44 characters, as printed by `openssl rand -base64 32`)',
    ],
    [
      [],
      { TESSERA_TRUSTED_PROXIES: '10.0.0.1,10.0.0.0/33' },
      'TESSERA_TRUSTED_PROXIES must list IP addresses or CIDR ranges between commas, which "10.0.0.0/33" is not',
    ],
    [
      [],
      { TESSERA_TRUSTED_PROXIES: '10.0.0.1,' },
      'TESSERA_TRUSTED_PROXIES must list IP addresses or CIDR ranges between commas, which "" is not',
    ],
    [
      ['--log-level', 'loud'],
      {},
      '--log-level must be one of fatal, error, warn, info, debug, trace, silent, not "loud"',
    ],
  ])('refuses %j with %j', (args, env, sentence) => {
    expect(() => readOptions(args, env)).toThrow(new ConfigError(sentence));
  });

  it('puts IPv6 addresses in brackets', () => {
    expect(defaultPublicUrl('::1', 80)).toBe('http://[::1]:80');
    expect(defaultPublicUrl('127.0.0.1', 8080)).toBe('http://127.0.0.1:8080');
  });
});
