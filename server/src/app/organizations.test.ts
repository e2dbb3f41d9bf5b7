import { describe, expect, it } from 'vitest';
import { createUser, NOW, OTHER_ORG, organization } from '../../test/support/given.ts';
import { createCaller, createWorld, memoryStore, refusalOf } from '../../test/support/world.ts';
import type { Organization } from '../core/organization.ts';
import { BUILT_IN_ORGANIZATION } from '../core/values/built-in.ts';
import { createSecrets } from '../crypto/secrets.ts';
import { ANSWER_LIFETIME } from './answers.ts';
import { loadDirectory } from './directory.ts';
import { type NewOrganization, Organizations } from './organizations.ts';
import { type ConfigurationChange, type Store, StoreUnavailable } from './ports/store.ts';

const BUILT_IN: Organization = organization(BUILT_IN_ORGANIZATION.id, { unique: { email: false, phone: false } });
const INSTANCE = { usernameScope: 'instance', claims: '' } as const;
const secrets = createSecrets(Buffer.alloc(32, 7));
const rowOf = (entry: Organization) => ({ id: entry.id, settings: JSON.stringify(entry) });

/** A database with the built-in organization, somebody who may make others, and what the test does in between. */
async function given() {
  const inner = memoryStore();
  await inner.configure({ organizations: [rowOf(BUILT_IN)], instance: JSON.stringify(INSTANCE) });
  const between: { configure?: () => Promise<void>; commit?: () => void } = {};
  const store: Store = new Proxy(inner, {
    get(target, name) {
      if (name === 'configure') {
        return async (change: ConfigurationChange) => {
          await between.configure?.();
          return target.configure(change);
        };
      }
      if (name === 'commit') {
        return (...args: Parameters<Store['commit']>) => {
          between.commit?.();
          return target.commit(...args);
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const world = createWorld({ store, directory: await loadDirectory(store) });
  const caller = await createCaller(world, 'root', ['IAM_OWNER'], { organizationId: BUILT_IN_ORGANIZATION.id });
  const { users, time } = world;
  const organizations = new Organizations({ store, users, secrets, clock: () => time.now });
  const wanted = (change: Partial<NewOrganization> = {}): NewOrganization => ({
    caller,
    dialect: 'test',
    requestId: 'r',
    id: 'new',
    name: 'New',
    sections: { zitadel: {} },
    ifMatch: null,
    draft: async ({ id }) => ({
      members: [
        {
          target: { id: 'admin' },
          command: createUser({
            userId: 'admin',
            organizationId: id,
            username: 'admin',
            membership: { roles: ['ORG_OWNER'] },
          }),
        },
      ],
      answer: { status: 200, body: id },
    }),
    ...change,
  });
  const names = async () => [...(await loadDirectory(store)).all()].map(({ name }) => name).sort();
  return { ...world, store, inner, between, organizations, wanted, names };
}

const KEY = { key: 'k', fingerprint: 'f', secret: false };

describe('an organization in the making', () => {
  it('given the end of the database before its members, when the call is repeated, then it is taken up', async () => {
    // Given
    const { organizations, wanted, between, store, names } = await given();
    let commits = 0;
    between.commit = () => {
      commits += 1;
      if (commits === 2) throw new StoreUnavailable('gone', null);
    };
    expect(await refusalOf(organizations.add(wanted({ idempotency: KEY })))).toBe('store_unavailable');
    expect([await names(), await store.user('admin')]).toEqual([[BUILT_IN.id, 'New'].sort(), null]);
    // When
    expect(await refusalOf(organizations.add(wanted({ id: 'other' })))).toBe('organization_exists');
    const changed = { ...KEY, fingerprint: 'another' };
    expect(await refusalOf(organizations.add(wanted({ id: 'other', idempotency: changed })))).toBe('key_reused');
    const again = await organizations.add(wanted({ id: 'other', idempotency: KEY }));
    // Then
    expect(again).toEqual({ answer: { status: 200, body: 'new' }, replayed: false });
    expect(await store.user('admin')).toMatchObject({ organizationId: 'new', membership: { roles: ['ORG_OWNER'] } });
    expect((await organizations.add(wanted({ id: 'other', idempotency: KEY }))).replayed).toBe(true);
    expect(await names()).toEqual([BUILT_IN.id, 'New'].sort());
  });

  it('given a key of the day before, then it means nothing any more', async () => {
    const { organizations, wanted, time } = await given();
    await organizations.add(wanted({ idempotency: KEY }));
    time.now = NOW + ANSWER_LIFETIME;
    expect(await refusalOf(organizations.add(wanted({ idempotency: KEY })))).toBe('organization_exists');
  });

  it('given another process that is faster, then both organizations are there', async () => {
    const { organizations, wanted, between, inner, names } = await given();
    let others = 0;
    between.configure = async () => {
      others += 1;
      if (others <= 2) await inner.configure({ organizations: [rowOf(organization(`other ${others}`))] });
    };
    await organizations.add(wanted());
    expect(others).toBe(3);
    expect(await names()).toEqual([BUILT_IN.id, 'New', 'other 1', 'other 2'].sort());
  });

  it('given another process that takes the name first, then it is refused, and nobody is created', async () => {
    const { organizations, wanted, between, inner, store } = await given();
    between.configure = async () => {
      delete between.configure;
      await inner.configure({ organizations: [rowOf(organization('theirs', { name: 'NEW' }))] });
    };
    expect(await refusalOf(organizations.add(wanted()))).toBe('organization_exists');
    expect(await store.user('admin')).toBeNull();
  });

  it('given a configuration that never rests, then the caller is told to come again', async () => {
    const { organizations, wanted, between, inner } = await given();
    between.configure = async () => {
      await inner.configure({ organizations: [rowOf(organization(OTHER_ORG))] });
    };
    expect(await refusalOf(organizations.add(wanted()))).toBe('overloaded');
  });

  it('given a caller who loses its role meanwhile, then it is refused', async () => {
    const { organizations, wanted, between, submit, store } = await given();
    between.configure = async () => {
      delete between.configure;
      await submit({ type: 'update-user', membership: { roles: ['IAM_USER_MANAGER'] } }, { target: { id: 'root' } });
    };
    expect(await refusalOf(organizations.add(wanted()))).toBe('no_permission');
    expect(await store.user('admin')).toBeNull();
  });

  it('keeps the number of the rules that claims follow from', async () => {
    const { organizations, wanted, store } = await given();
    const { uniqueness } = await loadDirectory(store);
    const instance = JSON.stringify({ ...INSTANCE, claims: uniqueness });
    await store.configure({ organizations: [], instance });
    await organizations.add(wanted());
    const after = await loadDirectory(store);
    expect(after.instance.claims).toBe(after.uniqueness);
    expect(after.uniqueness).toBe(uniqueness);
  });
});
