import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type PostgresAddress, parsePostgresUrl } from './postgres-url.ts';
import { ValueError } from './value-error.ts';

const BARE = { host: 'h', port: 5432, user: null, password: null, database: null, tls: null };

/** The message of the refusal. */
function refusalOf(text: string): string {
  try {
    parsePostgresUrl(text);
  } catch (error) {
    if (error instanceof ValueError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('the address of a PostgreSQL', () => {
  it.each<[string, Partial<PostgresAddress>]>([
    ['postgres://h', {}],
    ['postgresql://h/', {}],
    ['POSTGRES://h/D', { database: 'D' }],
    ['postgres://u:p@h:6432/d', { user: 'u', password: 'p', port: 6432, database: 'd' }],
    ['postgres://my_db.internal/d', { host: 'my_db.internal', database: 'd' }],
    ['postgres://[::1]:5433/d', { host: '::1', port: 5433, database: 'd' }],
    ['postgres:///d', { host: 'localhost', database: 'd' }],
    ['postgres://u:p@/d', { host: 'localhost', user: 'u', password: 'p', database: 'd' }],
    ['postgres://u%40x:p%2F%3F%23%25%C3%A9@h/d%20%2F1', { user: 'u@x', password: 'p/?#%é', database: 'd /1' }],
    ['postgres://u@%2Fvar%2Frun%2Fpg:5433/d', { host: '/var/run/pg', port: 5433, user: 'u', database: 'd' }],
    ['postgres://u:p@/d?host=/var/run/pg&port=5433', { ...userOf('/var/run/pg'), port: 5433 }],
    ['postgres://u:p@/d?host=%2Fcloudsql%2Fa%3Ab%3Ac', userOf('/cloudsql/a:b:c')],
    ['postgres://u:p@h/d?host=other', userOf('other')],
  ])('%s', (text, expected) => {
    expect(parsePostgresUrl(text)).toEqual({ ...BARE, ...expected });
  });

  it.each<[string, PostgresAddress['tls']]>([
    ['', null],
    ['sslmode=disable', null],
    ['sslmode=require', { checksHost: true, files: {} }],
    ['sslmode=verify-full', { checksHost: true, files: {} }],
    ['sslmode=verify-full&sslrootcert=system', { checksHost: true, files: {} }],
    ['sslmode=require&sslrootcert=ca.pem', { checksHost: true, files: { sslrootcert: resolve('ca.pem') } }],
    ['sslmode=verify-ca&sslrootcert=/ca.pem', { checksHost: false, files: { sslrootcert: '/ca.pem' } }],
    [
      'sslmode=verify-full&sslcert=/c.pem&sslkey=/k.pem',
      { checksHost: true, files: { sslcert: '/c.pem', sslkey: '/k.pem' } },
    ],
    ['sslmode=verify-full&host=/var/run/pg', null],
  ])('with %s', (parameters, tls) => {
    expect(parsePostgresUrl(`postgres://h/d?${parameters}`).tls).toEqual(tls);
  });

  const form = 'must be an address of the form postgres://user:password@host:5432/database';
  const encoded = 'must have special characters in its user name, password and database written as in %23 for #';
  it.each([
    ['postgres:hunter2', form],
    ['postgres://', form],
    ['postgres://u:hunter2@h:x/d', form],
    ['postgres://u:hunter2@h1:5432,h2:5432/d', form],
    ['postgres://u:hunter2@h1,h2/d', 'must name one host, by name, IP address or the folder of its socket'],
    ['postgres://u:p@/d?host=relative/folder', 'must name one host, by name, IP address or the folder of its socket'],
    ['postgres://u:hunter2@h:0/d', 'must have a port from 1 to 65535'],
    ['postgres://u:hunter2@h/d?port=5e3', 'must have a port from 1 to 65535'],
    // The first half of a password that holds a special character looks like a port.
    ['postgres://u:12#hunter2@h/d', encoded],
    ['postgres://u:12/hunter2@h/d', encoded],
    ['postgres://u:12?hunter2@h/d', encoded],
    ['postgres://u:hunter2%@h/d', encoded],
    ['postgres://h/a/b', encoded],
    ['postgres://u:hunter2@h/d%00', 'must not hold null characters'],
    ['postgres://u:hunter2@h/d\n', 'must not hold spaces or line breaks'],
    ['postgres://u:hunter 2@h/d', 'must not hold spaces or line breaks'],
    [
      'postgres://u:hunter2@h/d?pool=hunter2',
      'may have the parameters host, port, sslmode, sslrootcert, sslcert, sslkey and no others',
    ],
    ['postgres://u:hunter2@h/d?sslmode=disable&sslmode=require', 'must not have a parameter twice'],
    ['postgres://u:hunter2@h/d?sslmode=', 'must have a value for sslmode'],
    ['postgres://u:hunter2@h/d?sslmode=prefer', sslmode()],
    ['postgres://u:hunter2@h/d?sslmode=hunter2', sslmode()],
    ['postgres://h/d?sslrootcert=ca.pem', 'must have sslmode=verify-full for sslrootcert to be of use'],
    ['postgres://h/d?sslmode=disable&sslkey=k', 'must have sslmode=verify-full for sslkey to be of use'],
    ['postgres://h/d?sslmode=verify-full&sslcert=c', 'must have sslcert and sslkey together'],
    ['postgres://h/d?sslmode=verify-ca', ownAuthority()],
    ['postgres://h/d?sslmode=verify-ca&sslrootcert=system', ownAuthority()],
  ])('%j is refused, and not shown', (text, sentence) => {
    expect(refusalOf(text)).toBe(sentence);
    expect(refusalOf(text)).not.toContain('hunter');
  });
});

function userOf(host: string): Partial<PostgresAddress> {
  return { host, user: 'u', password: 'p', database: 'd' };
}

function sslmode(): string {
  return 'must have one of disable, require, verify-ca, verify-full as sslmode';
}

function ownAuthority(): string {
  return 'must have the file of an authority of your own as sslrootcert with sslmode=verify-ca';
}
