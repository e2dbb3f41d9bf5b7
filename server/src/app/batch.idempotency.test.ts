import { describe, expect, it } from 'vitest';
import { NO_WANTS } from '../../test/support/changes.ts';
import { createUser, NOW, USER } from '../../test/support/given.ts';
import { createCaller, createWorld, memoryStore, outcomes, refusalOf } from '../../test/support/world.ts';
import type { Command } from '../core/user/commands.ts';
import { ANSWER_LIFETIME } from './answers.ts';
import type { Snapshot } from './ports/store.ts';

const rename = (username: string): Command => ({ type: 'update-user', username });
const key = (name: string, fingerprint = 'same') => ({ key: name, fingerprint, secret: false });

async function worldWithUser() {
  const world = createWorld();
  await world.submit(createUser());
  return world;
}

describe('a repeated key', () => {
  it('gets the first answer, and has no effect', async () => {
    const { submit, store } = await worldWithUser();
    const first = await submit(rename('a'), { idempotency: key('k') });
    await submit(rename('b'));
    const second = await submit(rename('a'), { idempotency: key('k') });
    expect(second).toEqual({ answer: first.answer, replayed: true });
    expect((await store.user(USER))?.username).toBe('b');
  });

  it('in the same batch has one effect', async () => {
    const { submit, store } = createWorld();
    const twins = ['1', '2', '3'].map((userId) => submit(createUser({ userId }), { idempotency: key('k') }));
    const receipts = await Promise.all(twins);
    expect(receipts.map(({ replayed }) => replayed)).toEqual([false, true, true]);
    expect([await store.user('2'), await store.user('3')]).toEqual([null, null]);
  });

  it('of another request is refused, in the same batch too', async () => {
    const { submit, store } = await worldWithUser();
    const results = await Promise.allSettled([
      submit(rename('a'), { idempotency: key('k') }),
      submit(rename('b'), { idempotency: key('k', 'other') }),
    ]);
    expect(outcomes(results)).toEqual(['2/1/a', 'key_reused']);
    expect(await refusalOf(submit(rename('b'), { idempotency: key('k', 'other') }))).toBe('key_reused');
    expect(await store.events(USER)).toHaveLength(2);
  });

  it('is kept for a day, and then is a new one', async () => {
    const { submit, time } = await worldWithUser();
    await submit(rename('a'), { idempotency: key('k') });
    time.now = NOW + ANSWER_LIFETIME - 1;
    expect((await submit(rename('a'), { idempotency: key('k') })).replayed).toBe(true);
    time.now = NOW + ANSWER_LIFETIME;
    expect((await submit(rename('b'), { idempotency: key('k', 'other') })).replayed).toBe(false);
    expect((await submit(rename('b'), { idempotency: key('k', 'other') })).replayed).toBe(true);
  });

  it('comes before the precondition', async () => {
    const { submit } = await worldWithUser();
    const conditional = { idempotency: key('k'), ifMatch: { versions: [1] } };
    await submit(rename('a'), conditional);
    expect((await submit(rename('a'), conditional)).replayed).toBe(true);
  });

  it('of a refusal is decided anew', async () => {
    const { submit } = await worldWithUser();
    await submit(createUser({ userId: '7', username: 'a' }));
    expect(await refusalOf(submit(rename('a'), { idempotency: key('k') }))).toBe('username_taken');
    await submit({ type: 'delete-user' }, { target: { id: '7' } });
    expect((await submit(rename('a'), { idempotency: key('k') })).replayed).toBe(false);
  });

  it('of a deletion still gets its answer', async () => {
    const { submit } = await worldWithUser();
    const first = await submit({ type: 'delete-user' }, { idempotency: key('k') });
    const second = await submit({ type: 'delete-user' }, { idempotency: key('k') });
    expect(second).toEqual({ answer: first.answer, replayed: true });
  });
});

describe('a replay asks for permission again', () => {
  it('and is refused to who lost the token', async () => {
    const world = await worldWithUser();
    const caller = await createCaller(world, '7', ['ORG_OWNER']);
    await world.submit(rename('a'), { caller, idempotency: key('k') });
    await world.submit({ type: 'update-user', setupTokens: [] }, { target: { id: '7' } });
    expect(await refusalOf(world.submit(rename('a'), { caller, idempotency: key('k') }))).toBe('unauthenticated');
  });

  it('and is refused to who lost the role', async () => {
    const world = await worldWithUser();
    const caller = await createCaller(world, '7', ['ORG_OWNER']);
    await world.submit(rename('a'), { caller, idempotency: key('k') });
    await world.submit({ type: 'update-user', membership: { roles: ['ORG_OWNER_VIEWER'] } }, { target: { id: '7' } });
    expect(await refusalOf(world.submit(rename('a'), { caller, idempotency: key('k') }))).toBe('no_permission');
  });
});

describe('an answer that holds a secret', () => {
  it('cannot be read in the database, yet is replayed', async () => {
    const store = memoryStore();
    const world = createWorld({ store });
    await world.submit(createUser());
    const answer = () => ({ status: 200, headers: { etag: '"1"' }, body: 'the code is QX7PLM' });
    const open = { key: 'open', fingerprint: 'f', secret: false };
    const sealed = { key: 'sealed', fingerprint: 'f', secret: true };
    await world.submit(rename('a'), { answer, idempotency: sealed });
    await world.submit(rename('a'), { answer, idempotency: open });
    const stored = await snapshotOf(store);
    expect(stored.answer('open')?.payload).toContain('QX7PLM');
    expect(stored.answer('sealed')).toMatchObject({ sealed: true });
    expect(stored.answer('sealed')?.payload).not.toContain('QX7PLM');
    const replay = await world.submit(rename('a'), { answer, idempotency: sealed });
    expect(replay).toEqual({ answer: answer(), replayed: true });
  });
});

async function snapshotOf(store: ReturnType<typeof memoryStore>): Promise<Snapshot> {
  let taken: Snapshot | null = null;
  await store.commit(NO_WANTS, (snapshot) => {
    taken = snapshot;
    return null;
  });
  if (taken === null) throw new Error('nothing was decided');
  return taken;
}
