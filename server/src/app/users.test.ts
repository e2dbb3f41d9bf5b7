import { describe, expect, it } from 'vitest';
import { createUser, OTHER_ORG, session, USER } from '../../test/support/given.ts';
import { createCaller, createWorld, refusalOf, submission } from '../../test/support/world.ts';
import { claimKeys } from '../core/user/claims.ts';
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
