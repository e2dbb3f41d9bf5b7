import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillIn, type Setup } from './setup.ts';

const DOMAIN = 'example.test';
// 192 bits, so no secret can be guessed and none is ever made twice.
const SECRET_BYTES = 24;

/** A source of random bytes, as `node:crypto` has it. */
export type RandomBytes = (size: number) => Buffer;

/**
 * The setup of a first start without a setup file: one organization with every dialect switched on, one administrator
 * of the instance and one of the organization, a client for each dialect, and a sample user. Names, addresses and
 * numbers are ones that nobody can own.
 */
export function firstSetup(random: RandomBytes): Setup {
  const secret = (prefix: string) => `${prefix}${random(SECRET_BYTES).toString('base64url')}`;
  const token = () => secret('tessera_pat_');
  // The prefix holds one of each kind of character, as password policies ask for.
  const password = () => secret('Tessera1_');
  const id = () => `1${random(8).readBigUInt64BE().toString().padStart(20, '0').slice(-17)}`;
  return fillIn({
    instance: {
      administrators: [
        {
          id: id(),
          username: 'root',
          givenName: 'Root',
          familyName: 'Administrator',
          email: `root@${DOMAIN}`,
          password: password(),
          personalAccessToken: token(),
        },
      ],
    },
    organizations: [
      {
        id: id(),
        name: 'Example',
        unique: ['email', 'phone'],
        administrators: [
          {
            id: id(),
            username: 'example.admin',
            givenName: 'Ada',
            familyName: 'Admin',
            email: `admin@${DOMAIN}`,
            password: password(),
            personalAccessToken: token(),
          },
        ],
        users: [
          {
            id: id(),
            username: 'sam.sample',
            givenName: 'Sam',
            familyName: 'Sample',
            email: `sam.sample@${DOMAIN}`,
            phone: '+12025550143',
            password: password(),
          },
        ],
        zitadel: { domains: [DOMAIN] },
        jframework: { brandUrls: [DOMAIN] },
        avibra: {
          partnerName: 'example',
          clientId: 'example-avibra',
          clientSecret: secret('tessera_secret_'),
          apiKey: secret('tessera_key_'),
          linkToken: { username: 'example-link', password: secret('tessera_secret_') },
        },
        ownli: { partnerId: 'example', clientId: 'example-ownli', clientSecret: secret('tessera_secret_') },
      },
    ],
  });
}

/**
 * Writes `<dir>/setup.json`, readable by its owner only: whole or not at all, and on disk when this returns.
 * Replaces an older one. Answers the path. Throws the errors of the file system.
 */
export function writeFirstSetup(dir: string, setup: Setup): string {
  const path = join(dir, 'setup.json');
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    rmSync(temporary, { force: true });
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeFileSync(file, `${JSON.stringify(setup, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dir);
  return path;
}

// A rename lasts only when the folder is on disk as well; Windows has no such call and needs none.
function syncFolder(dir: string): void {
  if (process.platform === 'win32') {
    return;
  }
  const folder = openSync(dir, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
