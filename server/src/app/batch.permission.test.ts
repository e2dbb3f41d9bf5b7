import { describe, expect, it } from 'vitest';
import { createUser, directory, ORG, OTHER_ORG, organization, session, USER } from '../../test/support/given.ts';
import { createCaller, createWorld, outcomes, refusalOf } from '../../test/support/world.ts';
import { DomainError } from '../core/errors.ts';
import type { Command } from '../core/user/commands.ts';
import { BUILT_IN_ORGANIZATION } from '../core/values/built-in.ts';

const rename = (username: string): Command => ({ type: 'update-user', username });

async function acme() {
  const organizations = [ORG, OTHER_ORG, BUILT_IN_ORGANIZATION.id].map((id) => organization(id));
  const world = createWorld({ directory: directory(organizations) });
  await world.submit(createUser());
  return world;
}

describe('the actor is looked at when the command is decided', () => {
  it('so a token that is withdrawn in the same batch is refused at once', async () => {
    const world = await acme();
    const caller = await createCaller(world, '7', ['ORG_OWNER']);
    const results = await Promise.allSettled([
      world.submit(rename('a'), { caller }),
      world.submit({ type: 'update-user', setupTokens: [] }, { target: { id: '7' } }),
      world.submit(rename('b'), { caller }),
    ]);
    expect(outcomes(results)).toEqual(['2/1/a', '1/1/null', 'unauthenticated']);
  });

  it.each([
    ['locked', { type: 'update-user', state: 'locked' }],
    ['suspended', { type: 'update-user', state: 'suspended' }],
    ['deleted', { type: 'delete-user' }],
  ] as const)('so a %s one is refused', async (_state, command) => {
    const world = await acme();
    const caller = await createCaller(world, '7', ['ORG_OWNER']);
    await world.submit(command, { target: { id: '7' } });
    expect(await refusalOf(world.submit(rename('a'), { caller }))).toBe('unauthenticated');
  });

  it('so an expired token, an unknown user and a foreign session are refused', async () => {
    const world = await acme();
    const credential = { kind: 'token', digest: 'late' } as const;
    const token = { digest: 'late', createdAt: 0, expiresAt: world.time.now, source: 'api' } as const;
    await createCaller(world, '7', ['ORG_OWNER'], { tokens: [token] });
    expect(await refusalOf(world.submit(rename('a'), { caller: { kind: 'user', userId: '7', credential } }))).toBe(
      'unauthenticated',
    );
    expect(await refusalOf(world.submit(rename('a'), { caller: { kind: 'user', userId: 'none', credential } }))).toBe(
      'unauthenticated',
    );
    const foreign = { kind: 'session', id: '1', digest: '1 key' } as const;
    expect(
      await refusalOf(world.submit(rename('a'), { caller: { kind: 'user', userId: '7', credential: foreign } })),
    ).toBe('unauthenticated');
  });

  it('so a session counts until it runs out', async () => {
    const world = await acme();
    await world.submit(createUser({ userId: '7', password: { secret: { hash: '$h' }, changeRequired: false } }));
    const check = { against: '$h', ok: true };
    await world.submit({ type: 'check-password', check, lockAfter: 0, session: session('1') }, { target: { id: '7' } });
    const caller = { kind: 'user', userId: '7', credential: { kind: 'session', id: '1', digest: '1 key' } } as const;
    const target = { id: '7' };
    expect((await world.submit(rename('a'), { caller, target })).answer.body).toMatch('/1/a');
    world.time.now += 3_600_000;
    expect(await refusalOf(world.submit(rename('b'), { caller, target }))).toBe('unauthenticated');
  });
});

describe('roles', () => {
  const setRoles = (...roles: string[]): Command => ({ type: 'update-user', membership: { roles } });

  it('are not granted beyond what the granter holds', async () => {
    const world = await acme();
    const caller = await createCaller(world, '7', ['ORG_OWNER']);
    expect((await world.submit(setRoles('ORG_OWNER'), { caller })).answer.status).toBe(200);
    // Within an organization the name of an instance role stands for nothing at all.
    await world.submit(setRoles('IAM_OWNER'), { caller });
    const impostor = await createCaller(world, '8', ['IAM_OWNER']);
    expect(await refusalOf(world.submit(rename('x'), { caller: impostor }))).toBe('no_membership');
  });

  it('of the instance are granted by who holds them', async () => {
    const world = await acme();
    const organizationId = BUILT_IN_ORGANIZATION.id;
    const root = await createCaller(world, '7', ['IAM_OWNER'], { organizationId });
    const manager = await createCaller(world, '8', ['IAM_USER_MANAGER'], { organizationId });
    const admin = createUser({ userId: '9', organizationId, membership: { roles: ['IAM_OWNER'] } });
    expect(await refusalOf(world.submit(admin, { caller: manager }))).toBe('no_permission');
    expect((await world.submit(admin, { caller: root })).answer.status).toBe(200);
  });
});

describe('records of others', () => {
  it('are missing ones where the request cannot mean them', async () => {
    const { submit } = await acme();
    for (const target of [
      { id: USER, organizationId: OTHER_ORG },
      { id: USER, kind: 'machine' },
      { id: USER, section: 'ownli' },
      { id: 'none' },
      {},
    ] as const) {
      expect(await refusalOf(submit(rename('a'), { target }))).toBe('user_not_found');
    }
  });

  it('are refused by membership, and proofs do not reach them', async () => {
    const world = await acme();
    const caller = await createCaller(world, '7', ['ORG_OWNER'], { organizationId: OTHER_ORG });
    expect(await refusalOf(world.submit(rename('a'), { caller }))).toBe('no_membership');
    const verify = { type: 'verify-contact', contact: 'email', digest: 'd' } as const;
    expect(await refusalOf(world.submit(verify, { caller }))).toBe('user_not_found');
  });

  it('give nothing to a command that is derived from them', async () => {
    const world = await acme();
    const caller = await createCaller(world, '7', ['ORG_OWNER'], { organizationId: OTHER_ORG });
    const telltale = () => {
      throw new DomainError('email_taken');
    };
    expect(await refusalOf(world.submit(telltale, { caller }))).toBe('no_membership');
    expect(await refusalOf(world.submit(telltale))).toBe('email_taken');
  });
});
