import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadDirectory } from '../../src/app/directory.ts';
import { type Store, StoreUnavailable } from '../../src/app/ports/store.ts';
import { tokenDigest } from '../../src/crypto/secrets.ts';
import { testSetup } from '../support/setup.ts';
import { Instance } from './instance.ts';

let instance: Instance;
beforeEach(() => {
  instance = new Instance();
});
afterEach(() => instance.destroy());

const written = () => JSON.parse(readFileSync(join(instance.dataDir, 'setup.json'), 'utf8'));
const tokenOf = (setup: ReturnType<typeof written>) => setup.organizations[0].administrators[0].personalAccessToken;

/** Lets so many transactions through, then none. */
function breaking(store: Store, transactions: number): Store {
  let left = transactions;
  const commit = store.commit.bind(store);
  store.commit = (wants, decide) => {
    left -= 1;
    return left < 0 ? Promise.reject(new StoreUnavailable('gone', null)) : commit(wants, decide);
  };
  return store;
}

it('a first start makes an organization, people and clients, and writes them down for its owner only', async () => {
  await instance.start(null);
  expect(statSync(join(instance.dataDir, 'setup.json')).mode & 0o777).toBe(0o600);
  expect(statSync(join(instance.dataDir, 'instance.key')).mode & 0o777).toBe(0o600);
  const admin = await instance.store.userByClaim(`token:${tokenDigest(tokenOf(written()))}`);
  expect(admin?.state).toBe('active');
  const directory = await loadDirectory(instance.store);
  const [, made] = [...directory.all()].sort((a, b) => a.id.localeCompare(b.id));
  expect(Object.keys(made?.sections ?? {}).sort()).toEqual(['avibra', 'jframework', 'ownli', 'zitadel']);
});

it('a second start makes nothing, writes nothing and shows nothing', async () => {
  await instance.start(null);
  expect(instance.output).toContain('curl');
  const first = written();
  const before = await instance.store.configuration();
  await instance.start(null);
  expect(instance.output).toBe('');
  expect(written()).toEqual(first);
  expect(await instance.store.configuration()).toEqual(before);
});

it.each([0, 1, 2])(
  'a first start that was cut off after %i users is taken up again, with the same secrets',
  async (after) => {
    await expect(instance.start(null, (store) => breaking(store, after))).rejects.toThrow();
    const first = written();
    await instance.start(null);
    expect(instance.output).toContain('curl');
    expect(written()).toEqual(first);
    const people = first.organizations.flatMap((entry: { administrators: object[]; users: object[] }) => [
      ...entry.administrators,
      ...entry.users,
    ]);
    for (const { username } of people) {
      const user = await instance.store.userByClaim(`username:*:${username.toLowerCase()}`);
      expect((await instance.store.events(user?.id ?? '')).at(0)?.type, username).toBe('user.created');
    }
    await instance.start(null);
    expect(instance.output).toBe('');
  },
);

it('a database that a setup file made is no first start, even without the file', async () => {
  await instance.start(testSetup());
  await instance.start(null);
  expect(instance.output).toBe('');
  expect(statSync(join(instance.dataDir, 'setup.json'), { throwIfNoEntry: false })).toBeUndefined();
});
