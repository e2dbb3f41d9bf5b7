import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../src/core/user/claims.ts';
import { replay } from '../../src/core/user/evolve.ts';
import { createUser } from '../support/given.ts';
import { createWorld, outcomes } from '../support/world.ts';
import type { FreshStore } from './fresh-store.ts';

/** What the application does with a store. */
export function describeApplication(given: FreshStore): void {
  describe('under the application', () => {
    it('refuses a stale precondition, and lets one of two writers through', async () => {
      const { submit } = createWorld({ store: given.store });
      await submit(createUser());
      const writers = ['a', 'b'].map((username) =>
        submit({ type: 'update-user', username }, { ifMatch: { versions: [1] } }),
      );
      expect(outcomes(await Promise.allSettled(writers))).toEqual(['2/1/a', 'version_conflict']);
    });

    it('lets one of many claimants win, again after the winner gave way', async () => {
      const { submit } = createWorld({ store: given.store, executor: { batchSize: 7 } });
      const claimants = () =>
        Promise.allSettled(
          Array.from({ length: 50 }, (_, index) =>
            submit(createUser({ userId: `${index}-${Math.random()}`, username: 'prize' })),
          ),
        );
      const winners = (results: Awaited<ReturnType<typeof claimants>>) =>
        outcomes(results).filter((outcome) => outcome !== 'username_taken');
      expect(winners(await claimants())).toEqual(['1/1/prize']);
      const holder = await given.store.userByClaim('username:*:prize');
      await submit({ type: 'delete-user' }, { target: { id: holder?.id ?? '' } });
      expect(winners(await claimants())).toEqual(['1/1/prize']);
    });

    it('replays an answer after it was opened again', async () => {
      const idempotency = { key: 'k', fingerprint: 'f', secret: true };
      const first = await createWorld({ store: given.store }).submit(createUser(), { idempotency });
      await given.reopen();
      const second = await createWorld({ store: given.store }).submit(createUser({ userId: 'other' }), { idempotency });
      expect(second).toEqual({ answer: first.answer, replayed: true });
      expect(await given.store.user('other')).toBeNull();
    });

    it('takes ten thousand commands at once', async () => {
      const world = createWorld({ store: given.store, executor: { batchSize: 10_000, queueLimit: 20_000 } });
      const ids = Array.from({ length: 2_000 }, (_, index) => `${index}`);
      await Promise.all(ids.map((userId) => world.submit(createUser({ userId, username: `u${userId}` }))));
      const rounds = [1, 2, 3, 4, 5].flatMap((round) =>
        ids.map((id) => world.submit({ type: 'update-user', extra: { customField1: `${round}` } }, { target: { id } })),
      );
      expect(rounds).toHaveLength(10_000);
      await Promise.all(rounds);
      for (const id of ['0', '999', '1999']) {
        const events = await given.store.events(id);
        expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6]);
        expect(replay(events)).toEqual(await given.store.user(id));
        expect((await given.store.user(id))?.extra.customField1).toBe('5');
      }
      const user = await given.store.user('7');
      const [claim] = user === null ? [] : claimsOf(user, world.users.directory);
      expect((await given.store.userByClaim(claim ?? ''))?.id).toBe('7');
    });
  });
}
