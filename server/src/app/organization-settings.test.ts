import { describe, expect, it } from 'vitest';
import { NOW, ORG, OTHER_ORG, organization, USER } from '../../test/support/given.ts';
import { createCaller, createWorld, memoryStore, refusalOf } from '../../test/support/world.ts';
import { DomainError } from '../core/errors.ts';
import type { Organization, RoleDefinition } from '../core/organization.ts';
import { createSecrets } from '../crypto/secrets.ts';
import { loadDirectory } from './directory.ts';
import { OrganizationSettings, type SettingsChangeSubmission } from './organization-settings.ts';
import type { ConfigurationChange, Store } from './ports/store.ts';
import { Repeats } from './repeats.ts';

const secrets = createSecrets(Buffer.alloc(32, 7));
const role = (code: string, ...permissions: string[]): RoleDefinition => ({
  id: code,
  guid: code,
  code,
  name: code,
  description: null,
  tags: null,
  builtIn: false,
  permissions,
});
const KEY = { key: 'k', fingerprint: 'f', secret: false };

/** Two organizations, an owner and a clerk of the first, and what the test does before each write. */
async function given() {
  const inner = memoryStore();
  const clerk = role('CLERK', 'ROLE.CREATE', 'USER.READ');
  const acme = organization(ORG, { roles: [clerk], sections: { brand: {} } });
  await inner.configure({
    organizations: [acme, organization(OTHER_ORG)].map((entry) => ({ id: entry.id, settings: JSON.stringify(entry) })),
    instance: JSON.stringify({ usernameScope: 'instance', claims: '' }),
  });
  const between: { configure: (() => Promise<unknown>) | undefined } = { configure: undefined };
  const store: Store = new Proxy(inner, {
    get(target, name) {
      if (name === 'configure') {
        return async (change: ConfigurationChange) => {
          const before = between.configure;
          between.configure = undefined;
          await before?.();
          return target.configure(change);
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const world = createWorld({ store, directory: await loadDirectory(store) });
  const clock = () => world.time.now;
  const repeats = new Repeats({ store, secrets, clock });
  const settings = new OrganizationSettings({ store, users: world.users, repeats, secrets, clock });
  const owner = await createCaller(world, USER, ['ORG_OWNER']);
  const wanted = (more: Partial<SettingsChangeSubmission> = {}): SettingsChangeSubmission => ({
    caller: owner,
    dialect: 'test',
    requestId: 'r',
    organizationId: ORG,
    section: 'brand',
    operation: 'add-role',
    needs: ['role_create'],
    change: adding('NEW'),
    answer: ({ roles, history }) => ({ status: 200, body: `${roles.length} ${history?.sequence ?? 0}` }),
    ...more,
  });
  const stored = async () => (await loadDirectory(store)).organization(ORG);
  return { world, settings, wanted, stored, between, store };
}

function adding(code: string): SettingsChangeSubmission['change'] {
  return (before) => ({ ...before, roles: [...before.roles, role(code)] });
}

const codesOf = (found: Organization | undefined) => found?.roles.map(({ code }) => code);

describe('a change of the settings', () => {
  it('given the right, when it is made, then it is there, with who made it, for the next call too', async () => {
    const { settings, wanted, stored, world } = await given();
    const receipt = await settings.change(wanted());
    expect(receipt).toEqual({ answer: { status: 200, body: '2 1' }, replayed: false });
    const after = await stored();
    expect(codesOf(after)).toEqual(['CLERK', 'NEW']);
    const change = { at: NOW, actor: `user:${USER}`, dialect: 'test', requestId: 'r', operation: 'add-role' };
    expect(after?.history).toEqual({ sequence: 1, createdAt: NOW, changedAt: NOW, changes: [change] });
    expect(codesOf(world.users.directory.organization(ORG))).toEqual(['CLERK', 'NEW']);
  });

  it('given many at once, when they are made, then none is lost, and only the last are remembered by name', async () => {
    const { settings, wanted, stored } = await given();
    const names = Array.from({ length: 60 }, (_, n) => `R${n}`);
    await Promise.all(names.map((name) => settings.change(wanted({ change: adding(name), operation: name }))));
    const after = await stored();
    expect(codesOf(after)?.toSorted()).toEqual(['CLERK', ...names].toSorted());
    expect(after?.history?.sequence).toBe(60);
    expect(after?.history?.changes?.map(({ operation }) => operation)).toEqual(names.slice(10));
  });

  it('given that another process changed something meanwhile, when it is made, then both are there', async () => {
    const { settings, wanted, stored, between, store } = await given();
    between.configure = async () => {
      const now = await stored();
      const settings = JSON.stringify({ ...now, roles: [...(now?.roles ?? []), role('THEIRS')] });
      await store.configure({ organizations: [{ id: ORG, settings }] });
    };
    await settings.change(wanted());
    expect(codesOf(await stored())).toEqual(['CLERK', 'THEIRS', 'NEW']);
  });

  it('given that the caller was locked meanwhile, when it is made, then it is refused and nothing is written', async () => {
    const { settings, wanted, stored, between, world } = await given();
    between.configure = () => world.submit({ type: 'update-user', state: 'locked' });
    expect(await refusalOf(settings.change(wanted()))).toBe('unauthenticated');
    expect(codesOf(await stored())).toEqual(['CLERK']);
  });

  it('given that nothing is to change, when it is made, then there is no new configuration', async () => {
    const { settings, wanted, store } = await given();
    const before = await store.configuration();
    expect((await settings.change(wanted({ change: (same) => same }))).answer.body).toBe('1 0');
    expect(await store.configuration()).toEqual(before);
  });

  it.each([
    ['another organization', { organizationId: OTHER_ORG }, 'organization_not_found'],
    ['no organization', { organizationId: 'none' }, 'organization_not_found'],
    ['a stale version', { ifMatch: { versions: [7] } }, 'version_conflict'],
  ] as const)('given %s, when it is made, then it is refused', async (_title, more, reason) => {
    const { settings, wanted, store } = await given();
    const before = await store.configuration();
    expect(await refusalOf(settings.change(wanted(more)))).toBe(reason);
    expect(await store.configuration()).toEqual(before);
  });

  it('given that the change itself refuses, when it is made, then nothing is written', async () => {
    const { settings, wanted, stored } = await given();
    const change = () => {
      throw new DomainError('setting_exists');
    };
    expect(await refusalOf(settings.change(wanted({ change, idempotency: KEY })))).toBe('setting_exists');
    expect(codesOf(await stored())).toEqual(['CLERK']);
    expect((await settings.change(wanted({ idempotency: KEY }))).replayed).toBe(false);
  });
});

describe('who may', () => {
  it('is asked of the capability, and of what the roles allow that are touched', async () => {
    const { settings, wanted, world } = await given();
    const nobody = await createCaller(world, 'nobody', []);
    expect(await refusalOf(settings.change(wanted({ caller: nobody })))).toBe('no_membership');
    const clerk = await createCaller(world, 'clerk', ['CLERK']);
    const making = (...permissions: string[]) =>
      settings.change(
        wanted({
          caller: clerk,
          change: (before) => ({ ...before, roles: [...before.roles, role('X', ...permissions)] }),
        }),
      );
    expect(await refusalOf(making('USER.DELETE'))).toBe('no_permission');
    expect(await refusalOf(making('ANY.OTHER'))).toBe('no_permission');
    expect((await making('USER.READ')).replayed).toBe(false);
    expect(await refusalOf(settings.change(wanted({ caller: clerk, needs: ['role_delete'] })))).toBe('no_permission');
  });
});

describe('an idempotency key', () => {
  it('given a change, when it is asked for again, then the first answer is given and nothing is done', async () => {
    const { settings, wanted, stored } = await given();
    const [first, second] = await Promise.all([
      settings.change(wanted({ idempotency: KEY })),
      settings.change(wanted({ idempotency: KEY })),
    ]);
    expect([first.replayed, second]).toEqual([false, { ...first, replayed: true }]);
    expect(codesOf(await stored())).toEqual(['CLERK', 'NEW']);
    const other = { ...KEY, fingerprint: 'other' };
    expect(await refusalOf(settings.change(wanted({ idempotency: other })))).toBe('key_reused');
  });

  it('given a change that changed nothing, when it is asked for again, then that holds', async () => {
    const { settings, wanted, stored } = await given();
    const change: SettingsChangeSubmission['change'] = (before) =>
      before.roles.some(({ code }) => code === 'NEW') ? before : adding('NEW')(before);
    await settings.change(wanted({ change }));
    await settings.change(wanted({ change, idempotency: KEY }));
    await settings.change(wanted({ change: (before) => ({ ...before, roles: [] }), needs: ['role_delete'] }));
    expect((await settings.change(wanted({ change, idempotency: KEY }))).replayed).toBe(true);
    expect(codesOf(await stored())).toEqual([]);
  });

  it('given who may no longer, when it is asked for again, then it is refused', async () => {
    const { settings, wanted, world } = await given();
    await settings.change(wanted({ idempotency: KEY }));
    await world.submit({ type: 'update-user', membership: { roles: [] } });
    expect(await refusalOf(settings.change(wanted({ idempotency: KEY })))).toBe('no_membership');
  });
});
