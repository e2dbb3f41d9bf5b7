import { beforeEach, describe, expect, it } from 'vitest';
import type { Delivery, Outbox, ReplayQuery } from '../../src/app/ports/outbox.ts';
import { NOW, ORG, OTHER_ORG } from '../support/given.ts';
import type { FreshStore } from './fresh-store.ts';
import { happened } from './samples.ts';

const HOOK = 'webhook:o:crm';
const QUERY: ReplayQuery = {
  receiver: HOOK,
  organizationId: ORG,
  types: ['user.created', 'user.profile_changed'],
  since: NOW + 2,
  now: NOW + 50,
};

function name({ userId, content }: Delivery): string {
  return `${userId}${'event' in content ? content.event.sequence : ''}`;
}

/** What subscribers are told again. */
export function describeReplay(given: FreshStore): void {
  const replay = (more: Partial<ReplayQuery> = {}, after: string | null = null, limit = 100) =>
    given.store.outbox.replay({ ...QUERY, ...more }, after, limit);
  const due = async (now: number, receiver = HOOK) =>
    (await given.store.outbox.due(receiver, { now, limit: 100, busy: new Set() })).deliveries;

  describe('events that are asked for again', () => {
    beforeEach(async () => {
      for (const sequence of [1, 2, 3]) {
        const events = ['a', 'b'].map((userId) => ({ ...happened(sequence), userId }));
        await given.write({ events: [...events, { ...happened(sequence), userId: 'c', organizationId: OTHER_ORG }] });
      }
    });

    it('are delivered in the order in which they happened, to who may know of them', async () => {
      expect(await replay()).toEqual({ added: 4, next: null });
      expect(await due(NOW + 49)).toEqual([]);
      const deliveries = await due(NOW + 50);
      expect(deliveries.map(name)).toEqual(['a2', 'b2', 'a3', 'b3']);
      expect(deliveries[0]).toMatchObject({ createdAt: NOW + 50, attempts: 0, receiver: HOOK });
    });

    it('are those of the time, the types and the user that are asked for', async () => {
      await replay({ since: NOW, until: NOW + 3, userId: 'b' });
      expect((await due(NOW + 50)).map(name)).toEqual(['b1', 'b2']);
      await replay({ receiver: 'other', since: NOW, types: ['user.created'] });
      expect((await due(NOW + 50, 'other')).map(name)).toEqual(['a1', 'b1']);
    });

    it('are found page by page, all of them once', async () => {
      const added: number[] = [];
      for (let after: string | null = null, isLast = false; !isLast; ) {
        const page: Awaited<ReturnType<Outbox['replay']>> = await replay({ since: 0 }, after, 2);
        added.push(page.added);
        after = page.next;
        isLast = after === null;
      }
      expect([added.length, added.reduce((sum, count) => sum + count, 0)]).toEqual([5, 6]);
      expect((await due(NOW + 50)).map(name)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
    });
  });
}
