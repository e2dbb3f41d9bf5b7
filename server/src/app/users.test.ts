import { describe, expect, it } from 'vitest';
import { createUser, directory, ORG, OTHER_ORG, organization, session, USER } from '../../test/support/given.ts';
import { createCaller, createWorld, memoryStore, refusalOf, submission } from '../../test/support/world.ts';
import { claimKeys } from '../core/user/claims.ts';
import { BUILT_IN_ORGANIZATION } from '../core/values/built-in.ts';
import type { UserQuery } from './ports/user-list.ts';
import type { CommandSubmission } from './submission.ts';

const withPassword = createUser({ username: 'ada', password: { secret: { hash: '$h' }, changeRequired: false } });

describe('reading', () => {
  it('asks for permission', async () => {
    const world = createWorld();
    await world.submit(withPassword);
    const viewer = await createCaller(world, '7', ['ORG_OWNER_VIEWER']);
    const person = await createCaller(world, '8', []);
    const stranger = await createCaller(world, '9', ['ORG_OWNER'], { organizationId: OTHER_ORG });
    expect((await world.users.read(viewer, { id: USER })).username).toBe('ada');
    expect((await world.users.read(person, { id: '8' })).id).toBe('8');
    expect(await refusalOf(world.users.read(person, { id: USER }))).toBe('no_membership');
    expect(await refusalOf(world.users.read(stranger, { id: USER }))).toBe('no_membership');
    expect(await refusalOf(world.users.read(viewer, { id: 'none' }))).toBe('user_not_found');
    await world.submit({ type: 'update-user', setupTokens: [] }, { target: { id: '7' } });
    expect(await refusalOf(world.users.read(viewer, { id: USER }))).toBe('unauthenticated');
  });

  it('finds by claim before id, and no deleted record', async () => {
    const { users, submit } = createWorld();
    await submit(withPassword);
    const claim = claimKeys.username(users.directory, 'org-a', 'ADA');
    expect((await users.find({ claim, id: 'other' }))?.id).toBe(USER);
    expect((await users.find({ claim: 'none', id: USER }))?.id).toBe(USER);
    expect(await users.find({ claim, organizationId: OTHER_ORG })).toBeNull();
    expect(await users.find({})).toBeNull();
    await submit({ type: 'delete-user' });
    expect([await users.find({ claim }), await users.find({ id: USER })]).toEqual([null, null]);
  });
});

describe('a list', () => {
  const all = { sort: { by: 'id', direction: 'asc' }, offset: 0, limit: 10, countTotal: false } as const;

  it('knows the organization that another process has just made', async () => {
    const store = memoryStore();
    const known = [organization(BUILT_IN_ORGANIZATION.id), organization(ORG)];
    const world = createWorld({ store, directory: directory(known) });
    const admin = await createCaller(world, '7', ['IAM_OWNER'], { organizationId: BUILT_IN_ORGANIZATION.id });
    // Where one organization is without the dialect, the others are named one by one.
    const now = [...known, organization(OTHER_ORG), organization('bare', { sections: {} })];
    const organizations = now.map((one) => ({ id: one.id, settings: JSON.stringify(one) }));
    const other = createWorld({ store, directory: directory(now) });
    await other.submit(createUser({ userId: '8', organizationId: OTHER_ORG, kind: 'machine' }));
    await store.configure({ organizations, instance: JSON.stringify({ usernameScope: 'instance' }) });
    let seen: UserQuery['organizations'] = [];
    const filter = (visible: UserQuery['organizations']) => {
      seen = visible;
      return { type: 'and', filters: [] } as const;
    };
    const { users } = await world.users.list(admin, { ...all, filter }, 'zitadel');
    expect(users.map(({ id }) => id)).toEqual(['7', '8']);
    expect(new Set(seen)).toEqual(new Set([BUILT_IN_ORGANIZATION.id, ORG, OTHER_ORG]));
  });

  it('may ask for something else of each organization in which the caller sees anybody', async () => {
    const world = createWorld();
    const person = await createCaller(world, '8', []);
    const seen: UserQuery['organizations'][] = [];
    const filter = (visible: UserQuery['organizations']) => {
      seen.push(visible);
      return { type: 'in', field: 'id', values: ['9'] } as const;
    };
    expect((await world.users.list(person, { ...all, filter }, 'zitadel')).users).toEqual([]);
    expect((await world.users.list({ kind: 'system' }, { ...all, filter }, 'zitadel')).users).toEqual([]);
    expect(seen).toEqual([[ORG], 'all']);
  });
});

describe('a password check', () => {
  const signIn = (against: string): CommandSubmission =>
    submission({ type: 'check-password', check: { against, ok: true }, lockAfter: 0, session: session('1') });

  it('is made anew when the password changed meanwhile', async () => {
    const { users, submit } = createWorld();
    await submit(withPassword);
    const seen = ['$older', '$h'];
    const receipt = await users.submitChecked(async () => signIn(seen.shift() ?? 'too often'));
    expect(receipt.answer.status).toBe(200);
    expect(seen).toEqual([]);
  });

  it('gives up when it keeps changing, and passes refusals on', async () => {
    const { users, submit } = createWorld();
    await submit(withPassword);
    let checks = 0;
    const never = users.submitChecked(async () => {
      checks += 1;
      return signIn('$older');
    });
    expect(await refusalOf(never)).toBe('overloaded');
    expect(checks).toBe(3);
    await submit({ type: 'delete-user' });
    expect(await refusalOf(users.submitChecked(async () => signIn('$h')))).toBe('user_not_found');
  });
});
