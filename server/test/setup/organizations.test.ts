import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadDirectory } from '../../src/app/directory.ts';
import { parseSetup } from '../../src/config/setup-file.ts';
import { checkDatabase } from '../support/checker.ts';
import { ACME, GLOBEX, ROOT, type TestSetup, testSetup } from '../support/setup.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';

let tessera: Tessera;
const { viewer } = ACME;
const ROOT_AUTH = { authorization: `Bearer ${ROOT.pat}` };
const VIEWER_AUTH = { authorization: `Bearer ${viewer.pat}` };
afterEach(() => tessera?.stop());

async function start(change?: (setup: TestSetup) => void): Promise<void> {
  tessera = await startTessera(testSetup(change));
}

async function restartWith(change?: (setup: TestSetup) => void): Promise<void> {
  writeFileSync(join(tessera.dataDir, 'test-setup.json'), JSON.stringify(testSetup(change)));
  await tessera.restart();
}

const add = async (body: object) =>
  (await tessera.send('POST', '/v2/organizations', { headers: ROOT_AUTH, body })).json.organizationId as string;
const named = async (id: string) => (await loadDirectory(tessera.store)).organization(id);

describe('an organization that an API made', () => {
  it('stays when the server starts again with the file that does not know it', async () => {
    await start();
    const id = await add({ name: 'Made' });
    const before = await tessera.store.configuration();
    await tessera.restart();
    expect(await tessera.store.configuration()).toEqual(before);
    await restartWith(({ organizations }) => organizations.pop());
    expect(await named(id)).toMatchObject({ name: 'Made', sections: { zitadel: {} } });
  });

  it('may be taken up by the file, by its id or by its name, and keeps its users and its history', async () => {
    await start();
    const admins = [{ userId: viewer.id, roles: ['ORG_USER_MANAGER'] }];
    const [byId, byName] = [await add({ name: 'By id', admins }), await add({ name: 'By name' })];
    await restartWith(({ organizations }) => {
      organizations.push(
        { id: byId, name: 'Renamed', zitadel: { domains: ['renamed.test'] } },
        { name: 'By name', zitadel: {}, policies: { lockout: { maxPasswordAttempts: 3 } } },
      );
    });
    const founding = { actor: `user:${ROOT.id}` };
    expect(await named(byId)).toMatchObject({
      name: 'Renamed',
      domains: ['renamed.test'],
      history: { sequence: 2, founding },
    });
    expect(await named(byName)).toMatchObject({ maxPasswordAttempts: 3, history: { founding } });
    expect([...(await loadDirectory(tessera.store)).all()]).toHaveLength(5);
    const created = { organizationId: byId, machine: { name: 'Robot' } };
    expect((await tessera.send('POST', '/v2/users/new', { headers: VIEWER_AUTH, body: created })).status).toBe(200);
  });

  it('follows the policies of the instance as long as the file does not name it', async () => {
    await start();
    const id = await add({ name: 'Made' });
    const strict = (setup: TestSetup) => {
      setup.instance.policies = { lockout: { maxPasswordAttempts: 7 }, domain: { userLoginMustBeDomain: true } };
    };
    await restartWith(strict);
    expect(await named(id)).toMatchObject({ maxPasswordAttempts: 7, userLoginMustBeDomain: true });
    expect((await checkDatabase(tessera.database)).findings).toEqual([]);
    expect(await named(await add({ name: 'Later' }))).toMatchObject({ maxPasswordAttempts: 7 });
    // What must be unique is known already, so nothing is derived anew.
    const before = await tessera.store.configuration();
    await tessera.restart();
    expect(await tessera.store.configuration()).toEqual(before);
  });
});

describe('the history of an organization of the file', () => {
  it('begins with the first start, and goes on when the file changes', async () => {
    await start();
    const first = (await named(ACME.id))?.history;
    expect(first).toMatchObject({ sequence: 1, createdAt: first?.changedAt });
    await tessera.restart();
    expect((await named(ACME.id))?.history).toEqual(first);
    await restartWith(({ organizations: [acme] }) => {
      acme.name = 'Acme, Inc.';
    });
    const next = (await named(ACME.id))?.history;
    expect(next).toMatchObject({ sequence: 2, createdAt: first?.createdAt });
    expect(next?.changedAt).toBeGreaterThan(first?.createdAt ?? 0);
    expect((await named(GLOBEX.id))?.history?.sequence).toBe(1);
  });
});

describe('memberships in the file', () => {
  const membersOf =
    (memberships: readonly { organization: string; roles: string[] }[] | undefined) => (setup: TestSetup) => {
      const [person] = setup.organizations[0].users ?? [];
      if (person === undefined) throw new Error('there is no viewer');
      if (memberships !== undefined) person.memberships = [...memberships];
    };
  const inGlobex = (roles: string[], organization: string = GLOBEX.id) => membersOf([{ organization, roles }]);
  const elsewhere = async () => (await tessera.user(viewer.id)).membership.elsewhere;
  const mayCreateInGlobex = async () => {
    const body = { organizationId: GLOBEX.id, machine: { name: 'Robot' } };
    return (await tessera.send('POST', '/v2/users/new', { headers: VIEWER_AUTH, body })).status;
  };

  it('give roles in another organization, named by id or by name', async () => {
    await start(inGlobex(['ORG_USER_MANAGER']));
    expect(await elsewhere()).toEqual([{ organizationId: GLOBEX.id, roles: ['ORG_USER_MANAGER'] }]);
    expect(await mayCreateInGlobex()).toBe(200);
    await restartWith(inGlobex(['ORG_OWNER_VIEWER'], 'Globex'));
    expect(await elsewhere()).toEqual([{ organizationId: GLOBEX.id, roles: ['ORG_OWNER_VIEWER'] }]);
    expect(await mayCreateInGlobex()).toBe(403);
  });

  it('are applied where the file changed: what an API gave besides survives a restart', async () => {
    await start(inGlobex(['ORG_OWNER_VIEWER']));
    const made = await add({ name: 'Made', admins: [{ userId: viewer.id }] });
    await tessera.restart();
    expect((await elsewhere()).map(({ organizationId }) => organizationId)).toEqual([GLOBEX.id, made]);
    // Not declared means kept.
    await restartWith(membersOf(undefined));
    expect(await elsewhere()).toHaveLength(2);
    await restartWith(membersOf([]));
    expect(await elsewhere()).toEqual([]);
    expect(await mayCreateInGlobex()).toBe(404);
  });

  it.each([
    [
      'an unknown organization',
      'Nobody',
      ['ORG_OWNER'],
      'organization is "Nobody", which is none of the organizations',
    ],
    ['its own', ACME.id, ['ORG_OWNER'], "organization must be another organization than the person's own"],
    [
      'a role of the instance',
      GLOBEX.id,
      ['IAM_OWNER'],
      'roles[0] is "IAM_OWNER", which is no role of every organization',
    ],
    ['a role of a brand', GLOBEX.id, ['ADMIN'], 'roles[0] is "ADMIN", which is no role of every organization'],
    ['no role', GLOBEX.id, [], 'roles must be a list of at least 1'],
  ])('are refused in or with %s', (_what, organization, roles, sentence) => {
    const text = JSON.stringify(testSetup(inGlobex(roles, organization)));
    expect(() => parseSetup(text, {}, 'x')).toThrow(`x: organizations[0].users[0].memberships[0].${sentence}`);
  });

  it('are refused twice in one organization', () => {
    const twice = [GLOBEX.id, 'Globex'].map((organization) => ({ organization, roles: ['ORG_OWNER'] }));
    const text = JSON.stringify(testSetup(membersOf(twice)));
    expect(() => parseSetup(text, {}, 'x')).toThrow('memberships[1].organization must be another organization');
  });
});

describe('the file', () => {
  it('lets a username stand in an organization whose login names end in a domain, besides another', () => {
    const both = (mustBeDomain: boolean) =>
      JSON.stringify(
        testSetup(({ organizations: [, globex] }) => {
          globex.users = [{ username: 'VIEWER', givenName: 'Vi', familyName: 'Ewer' }];
          globex.policies = { domain: { userLoginMustBeDomain: mustBeDomain } };
        }),
      );
    expect(() => parseSetup(both(true), {}, 'x')).not.toThrow();
    expect(() => parseSetup(both(false), {}, 'x')).toThrow('must differ from');
  });
});
