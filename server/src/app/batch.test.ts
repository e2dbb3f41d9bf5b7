import { describe, expect, it } from 'vitest';
import { createUser, NOW, USER } from '../../test/support/given.ts';
import { createCaller, createWorld, outcomes, refusalOf, SYSTEM_CALLER } from '../../test/support/world.ts';
import { claimKeys } from '../core/user/claims.ts';
import type { Command } from '../core/user/commands.ts';
import type { IdempotencyKey } from './submission.ts';

const A = '400000000000000001';
const B = '400000000000000002';
const user = (userId: string, username: string | null = null) => createUser({ userId, username });
const rename = (username: string | null): Command => ({ type: 'update-user', username });
const key = (name: string, fingerprint = 'same', secret = false): IdempotencyKey => ({
  key: name,
  fingerprint,
  secret,
});

/** A world whose users A and B exist; everything submitted in one turn is one batch. */
async function twoUsers(a: string | null = null, b: string | null = null) {
  const world = createWorld();
  await Promise.all([world.submit(user(A, a)), world.submit(user(B, b))]);
  const holder = async (name: string) =>
    (await world.store.userByClaim(claimKeys.username(world.users.directory, 'org-a', name)))?.id;
  return { ...world, holder };
}

describe('submissions of one batch see those before them', () => {
  it('A frees a name, B takes it', async () => {
    const { submit, holder } = await twoUsers('x');
    const results = await Promise.allSettled([
      submit(rename('y'), { target: { id: A } }),
      submit(rename('x'), { target: { id: B } }),
    ]);
    expect(outcomes(results)).toEqual(['2/1/y', '2/1/x']);
    expect([await holder('x'), await holder('y')]).toEqual([B, A]);
  });

  it('A takes a name, B is refused', async () => {
    const { submit, store, holder } = await twoUsers();
    const results = await Promise.allSettled([
      submit(rename('x'), { target: { id: A } }),
      submit(rename('X'), { target: { id: B } }),
    ]);
    expect(outcomes(results)).toEqual(['2/1/x', 'username_taken']);
    expect(await store.events(B)).toHaveLength(1);
    expect(await holder('x')).toBe(A);
  });

  it('A gives way and comes back, so B is refused', async () => {
    const { submit, holder } = await twoUsers('x');
    const results = await Promise.allSettled([
      submit(rename(null), { target: { id: A } }),
      submit(rename('x'), { target: { id: A } }),
      submit(rename('x'), { target: { id: B } }),
    ]);
    expect(outcomes(results)).toEqual(['2/1/null', '3/1/x', 'username_taken']);
    expect(await holder('x')).toBe(A);
  });

  it('a name wanders through several hands and ends free', async () => {
    const { submit, holder } = await twoUsers('x');
    await submit(rename(null), { target: { id: B } });
    const results = await Promise.allSettled([
      submit(rename(null), { target: { id: A } }),
      submit(rename('x'), { target: { id: B } }),
      submit(rename(null), { target: { id: B } }),
    ]);
    expect(outcomes(results)).toEqual(['2/1/null', '2/1/x', '3/1/null']);
    expect(await holder('x')).toBeUndefined();
  });

  it('two exchange names by way of a third', async () => {
    const { submit, holder } = await twoUsers('x', 'y');
    await Promise.all([
      submit(rename('spare'), { target: { id: A } }),
      submit(rename('x'), { target: { id: B } }),
      submit(rename('y'), { target: { id: A } }),
    ]);
    expect([await holder('x'), await holder('y'), await holder('spare')]).toEqual([B, A, undefined]);
  });

  it('a user is created, changed, deleted and its name taken', async () => {
    const { submit, store, holder } = createHolderWorld();
    const results = await Promise.allSettled([
      submit(user(A, 'x')),
      submit(rename('y'), { target: { id: A } }),
      submit({ type: 'delete-user' }, { target: { id: A } }),
      submit(rename('z'), { target: { id: A } }),
      submit(user(B, 'y')),
      submit(user(A, 'again')),
    ]);
    expect(outcomes(results)).toEqual(['1/1/x', '2/1/y', '3/1/y', 'user_not_found', '1/1/y', 'user_id_taken']);
    expect((await store.events(A)).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(await holder('y')).toBe(B);
  });

  it('a record is found by a claim that was taken in the same batch', async () => {
    const { submit, users } = await twoUsers();
    const claim = claimKeys.username(users.directory, 'org-a', 'x');
    const results = await Promise.allSettled([
      submit(rename('x'), { target: { id: A } }),
      submit({ type: 'update-user', profile: { givenName: 'Found' } }, { target: { claim } }),
    ]);
    expect(outcomes(results)).toEqual(['2/1/x', '3/1/x']);
  });
});

function createHolderWorld() {
  const world = createWorld();
  const holder = async (name: string) =>
    (await world.store.userByClaim(claimKeys.username(world.users.directory, 'org-a', name)))?.id;
  return { ...world, holder };
}

describe('an id is taken for good', () => {
  it('also where the existing record looks like a missing one', async () => {
    const { submit, store } = await twoUsers('x');
    const elsewhere = createUser({ userId: A, organizationId: 'org-b' });
    const target = { id: A, organizationId: 'org-b', section: 'zitadel' };
    expect(await refusalOf(submit(elsewhere, { target }))).toBe('user_id_taken');
    expect(await refusalOf(submit(elsewhere, { target: {} }))).toBe('user_id_taken');
    expect(await store.events(A)).toHaveLength(1);
  });
});

describe('a refusal', () => {
  it('leaves no trace: no event, no claim, no message, no answer', async () => {
    const { submit, store, holder } = await twoUsers('x', 'y');
    const before = [await store.user(A), await store.events(A)];
    const refused = submit(
      {
        type: 'update-user',
        username: 'free',
        email: { value: 'a@a.test' },
        profile: { givenName: 'A' },
        phone: { value: null, verified: true },
      },
      { target: { id: A }, idempotency: key('k') },
    );
    expect(await refusalOf(refused)).toBe('contact_missing');
    expect([await store.user(A), await store.events(A)]).toEqual(before);
    expect(await holder('free')).toBeUndefined();
    expect((await submit(rename('free'), { target: { id: B }, idempotency: key('k') })).replayed).toBe(false);
  });

  it('keeps the security counters it decided, and nothing else of the request', async () => {
    const { submit, store } = createWorld();
    await submit(createUser({ password: { secret: { hash: '$h' }, changeRequired: false } }));
    const refused = submit(
      {
        type: 'update-user',
        username: 'new',
        password: {
          secret: { hash: '$new' },
          changeRequired: false,
          proof: { kind: 'current', check: { against: '$h', ok: false } },
          unchanged: false,
          lockAfter: 1,
        },
      },
      { idempotency: key('k') },
    );
    expect(await refusalOf(refused)).toBe('password_wrong');
    expect((await store.events(USER)).map(({ type }) => type)).toEqual([
      'user.created',
      'user.password_check_failed',
      'user.state_changed',
    ]);
    expect(await store.user(USER)).toMatchObject({
      username: null,
      state: 'locked',
      password: { hash: '$h', failedAttempts: 1 },
    });
  });

  it.each(['answer', 'command'] as const)('by a fault in the %s of a dialect leaves no trace either', async (part) => {
    const { submit, store, holder } = await twoUsers('x');
    const fault = () => {
      throw new TypeError('a fault of ours');
    };
    const results = await Promise.allSettled([
      submit(part === 'command' ? fault : rename('y'), {
        target: { id: A },
        idempotency: key('k'),
        ...(part === 'answer' ? { answer: fault } : {}),
      }),
      submit(rename('z'), { target: { id: B } }),
    ]);
    expect(outcomes(results)).toEqual(['error: TypeError', '2/1/z']);
    expect(await store.events(A)).toHaveLength(1);
    expect([await holder('x'), await holder('y')]).toEqual([A, undefined]);
    expect((await submit(rename('y'), { target: { id: A }, idempotency: key('k') })).replayed).toBe(false);
  });
});

describe('If-Match', () => {
  it('names versions, of which one must be the current', async () => {
    const { submit } = await twoUsers();
    const at = (...versions: number[]) => ({ target: { id: A }, ifMatch: { versions } });
    expect((await submit(rename('a'), at(1))).answer.body).toBe('2/1/a');
    expect(await refusalOf(submit(rename('b'), at(1)))).toBe('version_conflict');
    expect(await refusalOf(submit(rename('b'), at()))).toBe('version_conflict');
    expect((await submit(rename('b'), at(7, 2))).answer.body).toBe('3/1/b');
  });

  it('of any version asks for a record only', async () => {
    const { submit } = await twoUsers();
    expect((await submit(rename('a'), { target: { id: A }, ifMatch: { any: true } })).answer.body).toBe('2/1/a');
    expect(await refusalOf(submit(user('7'), { ifMatch: { any: true } }))).toBe('version_conflict');
    expect(await refusalOf(submit(rename('a'), { target: { id: 'none' }, ifMatch: { any: true } }))).toBe(
      'user_not_found',
    );
  });

  it('holds between submissions of one batch', async () => {
    const { submit } = await twoUsers();
    const both = ['a', 'b'].map((name) => submit(rename(name), { target: { id: A }, ifMatch: { versions: [1] } }));
    expect(outcomes(await Promise.allSettled(both))).toEqual(['2/1/a', 'version_conflict']);
  });

  it('does not see what readers do not see', async () => {
    const { submit, store } = await twoUsers();
    await submit(
      { type: 'update-user', setupTokens: [{ digest: 'd', createdAt: 1, expiresAt: null, source: 'setup' }] },
      { target: { id: A } },
    );
    expect(await store.user(A)).toMatchObject({ sequence: 2, version: 1 });
    expect((await submit(rename('a'), { target: { id: A }, ifMatch: { versions: [1] } })).answer.body).toBe('3/1/a');
  });

  it('is told after permission', async () => {
    const world = await twoUsers();
    const viewer = await createCaller(world, '7', ['ORG_OWNER_VIEWER']);
    expect(
      await refusalOf(world.submit(rename('a'), { caller: viewer, target: { id: A }, ifMatch: { versions: [9] } })),
    ).toBe('no_permission');
  });
});

describe('events', () => {
  it('say who, through what, when, and never go back in time', async () => {
    const { submit, store, time } = await twoUsers();
    const client = {
      kind: 'client',
      clientId: 'acme',
      organizationId: 'org-a',
      grants: [{ organizationId: 'org-a', capabilities: new Set(['contact'] as const) }],
      isCurrent: () => true,
    } as const;
    time.now = NOW - 60_000;
    await submit(rename('a'), { caller: client, dialect: 'ownli', requestId: 'r-1', target: { id: A } });
    const [, changed] = await store.events(A);
    expect(changed).toMatchObject({
      userId: A,
      organizationId: 'org-a',
      sequence: 2,
      at: NOW,
      origin: { actor: 'client:acme', dialect: 'ownli', client: 'client', requestId: 'r-1' },
    });
    expect((await store.user(A))?.changedAt).toBe(NOW);
  });

  it('are none for a request that changes nothing', async () => {
    const { submit, store } = await twoUsers('x');
    expect((await submit(rename('x'), { target: { id: A } })).answer.body).toBe('1/0/x');
    expect(await store.events(A)).toHaveLength(1);
  });
});

describe('deferred work', () => {
  const defer = { type: 'defer', caller: SYSTEM_CALLER, dialect: 'avibra', requestId: 'r', queue: 'q' } as const;
  const answer = { status: 200, body: 'Successful' };

  it('is stored with its answer, in order, once per key', async () => {
    const { users, store } = createWorld();
    const payloads = ['1', '2', '2', '3'];
    const receipts = await Promise.all(
      payloads.map((payload) => users.submit({ ...defer, payload, answer, idempotency: key(payload) })),
    );
    expect(receipts.map(({ replayed }) => replayed)).toEqual([false, false, true, false]);
    expect((await store.deferredWork()).map(({ payload }) => payload)).toEqual(['1', '2', '3']);
  });

  it('is settled by its command, whether that succeeds, changes nothing, is refused or replayed', async () => {
    const { users, submit, store } = await twoUsers('x');
    for (const payload of ['done', 'no-op', 'refused', 'replayed', 'faulty']) {
      await users.submit({ ...defer, payload, answer });
    }
    const work = await store.deferredWork();
    const target = { id: B };
    const results = await Promise.allSettled([
      submit(rename('y'), { target, settles: work[0], idempotency: key('k') }),
      submit(rename('y'), { target, settles: work[1] }),
      submit(rename('x'), { target, settles: work[2] }),
      submit(rename('y'), { target, settles: work[3], idempotency: key('k') }),
      submit(
        () => {
          throw new TypeError('a fault of ours');
        },
        { target, settles: work[4] },
      ),
    ]);
    expect(outcomes(results)).toEqual(['2/1/y', '2/0/y', 'username_taken', '2/1/y', 'error: TypeError']);
    expect((await store.deferredWork()).map(({ payload }) => payload)).toEqual(['faulty']);
    expect(await store.events(B)).toHaveLength(2);
  });
});
