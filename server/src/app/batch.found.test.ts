import { describe, expect, it } from 'vitest';
import { createUser, directory, ORG, OTHER_ORG, organization, USER } from '../../test/support/given.ts';
import { createCaller, createWorld, outcomes, refusalOf, SYSTEM_CALLER } from '../../test/support/world.ts';
import type { AddMembership } from '../core/user/commands.ts';
import { BUILT_IN_ORGANIZATION } from '../core/values/built-in.ts';
import type { FoundSubmission } from './submission.ts';

const NEW = organization('org-new', { unique: { email: false, phone: false } });
type Members = FoundSubmission['members'];

async function given() {
  const organizations = [ORG, OTHER_ORG, BUILT_IN_ORGANIZATION.id].map((id) => organization(id));
  const world = createWorld({ directory: directory(organizations) });
  await world.submit(createUser({ username: 'taken' }));
  const root = await createCaller(world, 'root', ['IAM_ORG_MANAGER'], { organizationId: BUILT_IN_ORGANIZATION.id });
  const found = (members: Members, change: Partial<FoundSubmission> = {}) =>
    world.users.submit({
      type: 'found',
      caller: root,
      dialect: 'test',
      requestId: 'r',
      organization: NEW,
      members,
      answer: { status: 200, body: 'made' },
      rehearsal: false,
      ...change,
    });
  return { ...world, root, found };
}

const founder = (userId: string, username: string = userId): Members[number] => ({
  target: { id: userId },
  command: createUser({ userId, organizationId: NEW.id, username, membership: { roles: ['ORG_OWNER'] } }),
});
const joining: AddMembership = { type: 'add-membership', organizationId: NEW.id, roles: ['ORG_OWNER'] };
const join = (id: string): Members[number] => ({ target: { id }, command: joining });

describe('the first members of an organization', () => {
  it('are all written, with the roles that only the founder gives', async () => {
    const { found, store } = await given();
    await found([founder('8'), join(USER), join('8')]);
    expect(await store.user('8')).toMatchObject({ organizationId: NEW.id, membership: { roles: ['ORG_OWNER'] } });
    const { membership } = (await store.user(USER)) ?? {};
    expect(membership?.elsewhere).toEqual([{ organizationId: NEW.id, roles: ['ORG_OWNER'] }]);
    expect((await store.events('8')).map(({ origin }) => origin.actor)).toEqual(['user:root']);
  });

  it('are none when one is refused, whatever happens beside them', async () => {
    const { found, submit, store } = await given();
    const results = await Promise.allSettled([
      submit({ type: 'update-user', username: 'before' }),
      found([founder('8', 'taken'), join(USER), join('nobody')]),
      submit({ type: 'update-user', username: 'after' }),
      found([founder('9', 'taken')]),
    ]);
    // In one batch: the name is free for the second as soon as the first command has given it up.
    expect(outcomes(results)).toEqual(['2/1/before', 'user_not_found', '3/1/after', 'made']);
    expect(await store.user('8')).toBeNull();
    expect((await store.user(USER))?.membership.elsewhere).toEqual([]);
    expect(await store.userByClaim('username:*:taken')).toMatchObject({ id: '9' });
  });

  it('leave what one batch changes before and after them', async () => {
    const { found, submit, store } = await given();
    await Promise.all([
      submit(createUser({ userId: '8', username: 'eight' })),
      found([join('8')]),
      submit({ type: 'update-user', profile: { nickName: 'Ate' } }, { target: { id: '8' } }),
    ]);
    const user = await store.user('8');
    expect(user).toMatchObject({ sequence: 3, profile: { nickName: 'Ate' }, membership: { elsewhere: [{}] } });
    expect((await store.events('8')).map(({ type }) => type)).toEqual([
      'user.created',
      'user.membership_changed',
      'user.profile_changed',
    ]);
  });

  it('are only talked about in a rehearsal, which says what they would take', async () => {
    const { found, store } = await given();
    const rehearsed = await found([founder('8', 'Eight'), join(USER)], { rehearsal: true });
    expect(rehearsed).toEqual({
      answer: { status: 200, body: 'made' },
      replayed: false,
      claims: ['username:*:eight'],
    });
    expect([await store.user('8'), await store.userByClaim('username:*:eight')]).toEqual([null, null]);
    expect((await store.user(USER))?.membership.elsewhere).toEqual([]);
  });

  it('are answered once for a key, and meet no precondition', async () => {
    const { found, store } = await given();
    const idempotency = { key: 'k', fingerprint: 'f', secret: false };
    const first = await found([founder('8')], { idempotency });
    const again = await found([founder('9')], { idempotency });
    expect([first.replayed, again.replayed, await store.user('9')]).toEqual([false, true, null]);
    expect(await refusalOf(found([founder('9')], { ifMatch: { any: true } }))).toBe('version_conflict');
  });

  it('need a founder', async () => {
    const world = await given();
    const owner = await createCaller(world, '7', ['ORG_OWNER']);
    expect(await refusalOf(world.found([founder('8')], { caller: owner }))).toBe('no_permission');
    expect((await world.found([founder('8')], { caller: SYSTEM_CALLER })).answer.body).toBe('made');
  });
});

describe('a membership elsewhere', () => {
  const add = (organizationId: string, ...roles: string[]): AddMembership => ({ ...joining, organizationId, roles });

  it('is given by whoever gives roles there, to those he knows of', async () => {
    const world = await given();
    const owner = await createCaller(world, '7', ['ORG_OWNER'], { organizationId: OTHER_ORG });
    const both = await createCaller(world, '8', ['ORG_OWNER'], {
      organizationId: OTHER_ORG,
      membership: { roles: ['ORG_OWNER'], elsewhere: [{ organizationId: ORG, roles: ['ORG_OWNER_VIEWER'] }] },
    });
    const command = add(OTHER_ORG, 'ORG_USER_MANAGER');
    expect(await refusalOf(world.submit(command, { caller: owner }))).toBe('no_membership');
    await world.submit(command, { caller: both });
    expect((await world.store.user(USER))?.membership.elsewhere).toHaveLength(1);
    expect(await refusalOf(world.submit(add(ORG, 'ORG_OWNER_VIEWER'), { caller: both }))).toBe('no_permission');
  });

  it('is not given by those who do not hold as much', async () => {
    const world = await given();
    const command = add(OTHER_ORG, 'ORG_OWNER');
    expect(await refusalOf(world.submit(command, { caller: world.root }))).toBe('no_permission');
  });

  it('puts its holder out of reach of those at home who hold less', async () => {
    const world = await given();
    const owner = await createCaller(world, '7', ['ORG_OWNER']);
    const lock = { type: 'update-user', state: 'locked' } as const;
    await world.submit(add(OTHER_ORG, 'ORG_OWNER_VIEWER'));
    expect(await refusalOf(world.submit(lock, { caller: owner }))).toBe('no_permission');
  });
});
