import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadDirectory } from '../../src/app/directory.ts';
import type { Command } from '../../src/core/user/commands.ts';
import type { User } from '../../src/core/user/user.ts';
import { ACME, GLOBEX, ROOT, type TestSetup, testSetup } from '../support/setup.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';
import { createWorld, submission } from '../support/world.ts';

let tessera: Tessera;
const VIEWER = ACME.viewer.id;
afterEach(() => tessera.stop());

async function start(change?: (setup: TestSetup) => void): Promise<void> {
  tessera = await startTessera(testSetup(change));
}

/** Starts again with another setup file. */
async function restartWith(change: (setup: TestSetup) => void): Promise<void> {
  writeFileSync(join(tessera.dataDir, 'test-setup.json'), JSON.stringify(testSetup(change)));
  await tessera.restart();
}

/** What some API does between two starts. */
async function meanwhile(id: string, command: Command): Promise<void> {
  const { store } = tessera;
  const { users } = createWorld({ store, directory: await loadDirectory(store) });
  await users.submit(submission(command, { target: { id } }));
}

const named = async (username: string): Promise<User | null> => tessera.store.userByClaim(`username:*:${username}`);
const viewerOf = (setup: TestSetup) => setup.organizations[0].users?.[0] as { [name: string]: unknown };
const types = async (id: string) => (await tessera.events(id)).map(({ type }) => type);

describe('the same setup file again', () => {
  it('writes no event', async () => {
    await start();
    const admin = await named('acme.admin');
    const ids = [ROOT.id, VIEWER, admin?.id ?? ''];
    const before = await Promise.all(ids.map((id) => tessera.events(id)));
    await tessera.restart();
    await tessera.restart();
    expect(await Promise.all(ids.map((id) => tessera.events(id)))).toEqual(before);
    expect((await named('acme.admin'))?.id).toBe(admin?.id);
  });

  it('leaves alone what an API changed', async () => {
    await start();
    const changed = { secret: { hash: '$by-api' }, changeRequired: false, proof: null, unchanged: false, lockAfter: 0 };
    await meanwhile(VIEWER, {
      type: 'update-user',
      password: changed,
      profile: { givenName: 'Other' },
      email: { value: 'other@acme.test' },
      membership: { roles: [] },
    });
    const before = await tessera.user(VIEWER);
    await tessera.restart();
    expect(await tessera.user(VIEWER)).toEqual(before);
  });

  it('does not bring back who was deleted, be it declared by id or by name', async () => {
    await start();
    const admin = await named('acme.admin');
    await meanwhile(VIEWER, { type: 'delete-user' });
    await meanwhile(admin?.id ?? '', { type: 'delete-user' });
    await tessera.restart();
    await tessera.restart();
    expect((await tessera.user(VIEWER)).state).toBe('deleted');
    expect((await tessera.user(admin?.id ?? '')).state).toBe('deleted');
    expect([await named('viewer'), await named('acme.admin')]).toEqual([null, null]);
  });

  it('knows somebody again who was renamed', async () => {
    await start();
    const admin = await named('acme.admin');
    await meanwhile(admin?.id ?? '', { type: 'update-user', username: 'renamed' });
    await tessera.restart();
    expect((await named('renamed'))?.id).toBe(admin?.id);
    expect(await named('acme.admin')).toBeNull();
  });
});

describe('a setup file that changed', () => {
  it('applies a new password, which ends sessions, and only once', async () => {
    await start();
    const { hash } = (await tessera.user(VIEWER)).password;
    await restartWith((setup) => Object.assign(viewerOf(setup), { password: 'Another-pass-2!' }));
    const after = await tessera.user(VIEWER);
    expect(after.password.hash).not.toBe(hash);
    expect(await types(VIEWER)).toEqual(['user.created', 'user.password_changed']);
    await tessera.restart();
    expect((await tessera.user(VIEWER)).password.hash).toBe(after.password.hash);
  });

  it('applies each value that is new in it, and no other', async () => {
    await start((setup) => Object.assign(viewerOf(setup), { emailVerified: true }));
    await meanwhile(VIEWER, { type: 'update-user', profile: { givenName: 'By API' } });
    await restartWith((setup) =>
      Object.assign(viewerOf(setup), {
        emailVerified: true,
        email: 'new@acme.test',
        phone: '+12025550143',
        familyName: 'New',
        roles: ['ORG_OWNER'],
      }),
    );
    expect(await tessera.user(VIEWER)).toMatchObject({
      profile: { givenName: 'By API', familyName: 'New' },
      email: { value: 'new@acme.test', verified: true },
      phone: { value: '+12025550143', verified: false },
      membership: { roles: ['ORG_OWNER'] },
    });
  });

  it('withdraws a token that left it, and the tokens of who left it', async () => {
    await start();
    expect((await tessera.user(VIEWER)).credentials.tokens).toHaveLength(1);
    const admin = (await named('acme.admin'))?.id ?? '';
    await restartWith((setup) => {
      delete viewerOf(setup).personalAccessToken;
      setup.organizations[0].administrators = [];
    });
    for (const id of [VIEWER, admin]) {
      expect((await tessera.user(id)).credentials.tokens).toEqual([]);
      expect((await tessera.user(id)).state).toBe('active');
    }
    expect((await types(VIEWER)).at(-1)).toBe('user.tokens_changed');
  });

  it('replaces a token, which frees the old one for somebody else', async () => {
    await start();
    await restartWith((setup) => Object.assign(viewerOf(setup), { personalAccessToken: 'another-pat-000000000' }));
    await restartWith((setup) => {
      Object.assign(viewerOf(setup), { personalAccessToken: 'another-pat-000000000' });
      Object.assign(setup.organizations[0].administrators?.[0] ?? {}, { personalAccessToken: ACME.viewer.pat });
    });
    const [token] = (await named('acme.admin'))?.credentials.tokens ?? [];
    expect((await tessera.store.userByClaim(`token:${token?.digest}`))?.username).toBe('acme.admin');
  });

  it('gives the token of who left it to somebody else', async () => {
    await start();
    await restartWith((setup) => {
      setup.organizations[0].users = [];
      Object.assign(setup.organizations[0].administrators?.[0] ?? {}, { personalAccessToken: ACME.viewer.pat });
    });
    expect((await tessera.user(VIEWER)).credentials.tokens).toEqual([]);
    expect((await named('acme.admin'))?.credentials.tokens).toHaveLength(1);
  });

  it('takes the clients of an organization that left it, and leaves its users', async () => {
    await start();
    const sections = async (id: string) =>
      Object.keys((await loadDirectory(tessera.store)).organization(id)?.sections ?? {});
    expect(await sections(GLOBEX.id)).toEqual(['zitadel', 'jframework', 'avibra', 'ownli']);
    const admin = (await named('globex.admin'))?.id ?? '';
    await restartWith((setup) => setup.organizations.splice(1, 1));
    expect(await sections(GLOBEX.id)).toEqual(['zitadel', 'jframework']);
    expect(await sections(ACME.id)).toEqual(['zitadel', 'jframework', 'avibra', 'ownli']);
    expect(await tessera.user(admin)).toMatchObject({ state: 'active', credentials: { tokens: [] } });
    await restartWith(() => {});
    expect(await sections(GLOBEX.id)).toContain('ownli');
    expect((await tessera.user(admin)).credentials.tokens).toHaveLength(1);
  });
});
