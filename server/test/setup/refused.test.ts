import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDirectory } from '../../src/app/directory.ts';
import { claimsOf } from '../../src/core/user/claims.ts';
import { createUser } from '../support/given.ts';
import { type Rows, withRows } from '../support/rows.ts';
import { ACME, type TestSetup, testSetup } from '../support/setup.ts';
import { createWorld } from '../support/world.ts';
import { Instance } from './instance.ts';

const VIEWER = ACME.viewer.id;
const VIEWER_EMAIL = `email:${ACME.id}:vi@acme.test`;
let instance: Instance;
beforeEach(() => {
  instance = new Instance();
});
afterEach(() => instance.destroy());

/** The usual setup, but Acme's contacts need not be unique. */
const lax = () =>
  testSetup((setup) => {
    const { jframework: _jframework, ownli: _ownli, ...acme } = setup.organizations[0];
    setup.organizations[0] = { ...acme, unique: [] };
  });

describe('switching uniqueness on', () => {
  const strict = () => {
    const setup = lax();
    setup.organizations[0].unique = ['email'];
    return setup;
  };

  async function startWithTwins(pairs: number): Promise<void> {
    await instance.start(lax());
    const { submit } = createWorld({ store: instance.store, directory: await loadDirectory(instance.store) });
    for (let pair = 0; pair < pairs; pair += 1) {
      for (const name of ['Twin', 'twin']) {
        const email = { value: `${name}${pair}@acme.test` };
        await submit(createUser({ userId: `${name}${pair}`, organizationId: ACME.id, email }));
      }
    }
  }

  it('over duplicates stops the start and lists up to ten of them', async () => {
    await startWithTwins(12);
    const message = await instance.refusal(strict());
    expect(message).toMatch(/^the setup asks for unique values that several users hold: /);
    expect(message.match(/twin[0-9]+@acme\.test/g)).toHaveLength(10);
    expect(message).not.toContain('\n');
  });

  it('changes nothing when it is refused: the old rules hold at the next start', async () => {
    await startWithTwins(1);
    await instance.refusal(strict());
    await instance.start(null);
    const directory = await loadDirectory(instance.store);
    expect(directory.organization(ACME.id)?.unique).toEqual({ email: false, phone: false });
    expect((await instance.store.userByClaim('username:*:viewer'))?.id).toBe(VIEWER);
  });

  it('without duplicates claims what is there', async () => {
    await instance.start(lax());
    expect(await instance.store.userByClaim(VIEWER_EMAIL)).toBeNull();
    await instance.start(strict());
    const viewer = await instance.store.user(VIEWER);
    const claims = viewer === null ? [] : claimsOf(viewer, await loadDirectory(instance.store));
    expect(claims).toContain(VIEWER_EMAIL);
    for (const claim of claims) expect((await instance.store.userByClaim(claim))?.id, claim).toBe(VIEWER);
  });

  it.each([
    ['with the setup file', testSetup()],
    ['without one', null],
  ])('on a database that does not say what its claims follow derives them anew, %s', async (_name, setup) => {
    await instance.start(testSetup());
    await instance.close();
    const forget = async ({ query }: Rows) => {
      await query("DELETE FROM claims WHERE key LIKE 'email:%'");
      const [instanceSettings] = await query("SELECT value FROM settings WHERE name = 'instance'");
      const { claims: _claims, ...others } = JSON.parse(String(instanceSettings?.value));
      await query("UPDATE settings SET value = $1 WHERE name = 'instance'", [JSON.stringify(others)]);
    };
    await withRows(instance.database, forget, 'write');
    await instance.start(setup);
    expect((await instance.store.userByClaim(VIEWER_EMAIL))?.id).toBe(VIEWER);
  });
});

describe('a declared user that cannot be', () => {
  async function refusal(change: (setup: TestSetup) => void): Promise<string> {
    await instance.start(testSetup());
    return instance.refusal(testSetup(change));
  }

  it('stops the start with its name: a value that somebody else holds', async () => {
    const message = await refusal((setup) => {
      Object.assign(setup.organizations[0].users?.[0] ?? {}, { username: 'globex.admin' });
      setup.organizations.splice(1, 1);
    });
    expect(message).toBe('the setup cannot be applied: user "globex.admin" was refused (username_taken)');
    await instance.start(testSetup());
    expect((await instance.store.user(VIEWER))?.username).toBe('viewer');
  });

  it('stops the start with its id: a user of another organization', async () => {
    const message = await refusal((setup) => {
      const [acme, globex] = setup.organizations;
      const { users = [], ...rest } = acme;
      setup.organizations = [rest, { ...globex, users }];
    });
    expect(message).toBe(
      `the setup cannot be applied: user "${VIEWER}" belongs to another organization, and cannot move`,
    );
    await instance.start(testSetup());
    expect((await instance.store.user(VIEWER))?.organizationId).toBe(ACME.id);
  });
});

it('another instance key stops the start, and the right one starts again', async () => {
  await instance.start(testSetup());
  await instance.close();
  const keyCheck = () =>
    withRows(instance.database, ({ query }) => query("SELECT value FROM settings WHERE name = 'key check'"));
  const path = join(instance.dataDir, 'instance.key');
  const [right, key] = [await keyCheck(), readFileSync(path)];
  expect(right).toHaveLength(1);
  writeFileSync(path, `${Buffer.alloc(32, 3).toString('base64')}\n`);
  expect(await instance.refusal(testSetup())).toBe('the instance key is not the one this database was made with');
  expect(await keyCheck()).toEqual(right);
  writeFileSync(path, key);
  await instance.start(testSetup());
  expect((await instance.store.user(VIEWER))?.id).toBe(VIEWER);
});
