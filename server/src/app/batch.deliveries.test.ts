import { describe, expect, it } from 'vitest';
import { createUser, directory, NOW, newCode, ORG, OTHER_ORG, organization, USER } from '../../test/support/given.ts';
import { createCaller, createWorld, memoryStore, outcomes, refusalOf } from '../../test/support/world.ts';
import type { Organization, Subscription } from '../core/organization.ts';
import { BUILT_IN_ORGANIZATION } from '../core/values/built-in.ts';
import { StoreUnavailable } from './ports/store.ts';

const CRM: Subscription = { receiver: 'webhook:crm', events: ['user.created', 'user.username_changed'] };
const AUDIT: Subscription = {
  receiver: 'webhook:audit',
  events: ['user.username_changed', 'user.email_code_failed'],
};

function given(
  subscriptions: readonly Subscription[] = [CRM, AUDIT],
  more: readonly Organization[] = [],
  store = memoryStore(),
) {
  const told: string[][] = [];
  const onDeliveries = (receivers: ReadonlySet<string>) => void told.push([...receivers].sort());
  const organizations = [organization(ORG, { subscriptions }), organization(OTHER_ORG), ...more];
  const world = createWorld({ store, directory: directory(organizations), executor: { onDeliveries } });
  /** What waits for a receiver: user, kind and, of events, the number. */
  const left = async (receiver: string) => {
    const query = { now: NOW, limit: 100, busy: new Set<string>() };
    const { deliveries } = await world.store.outbox.due(receiver, query);
    return deliveries.map(({ userId, content }) => {
      if ('message' in content) return `${userId} ${content.message.kind}`;
      return `${userId} ${content.event.type} ${content.event.sequence}`;
    });
  };
  return { ...world, left, told };
}

describe('what a batch leaves to be sent', () => {
  it('given subscriptions, then each has the events it wants, and is told of them after the commit', async () => {
    const { submit, left, told } = given();
    await submit(createUser({ username: 'ada' }));
    await submit({ type: 'update-user', username: 'bea', profile: { givenName: 'Bea' } });
    expect(await left(CRM.receiver)).toEqual([`${USER} user.created 1`, `${USER} user.username_changed 2`]);
    expect(await left(AUDIT.receiver)).toEqual([`${USER} user.username_changed 2`]);
    expect(told).toEqual([[CRM.receiver], [AUDIT.receiver, CRM.receiver]]);
  });

  it('given a refused command, then they have what it leaves in the history, and nothing else', async () => {
    const { submit, left } = given();
    await submit(createUser({ username: 'ada', email: { value: 'a@a.test' } }));
    await submit({ type: 'request-contact-code', contact: 'email', code: newCode('d'), again: false });
    expect(await refusalOf(submit({ type: 'verify-contact', contact: 'email', digest: 'wrong' }))).toBe('code_wrong');
    expect(await left(AUDIT.receiver)).toEqual([`${USER} user.email_code_failed 3`]);
    expect(await refusalOf(submit(createUser({ userId: 'other', username: 'ada' })))).toBe('username_taken');
    expect(await left(CRM.receiver)).toEqual([`${USER} user.created 1`]);
  });

  it('given users of another organization, or no subscription, then nothing is left, and nobody is told', async () => {
    const { submit, store, told } = given();
    await submit(createUser({ organizationId: OTHER_ORG }));
    expect(await store.outbox.receivers()).toEqual([]);
    expect(told).toEqual([]);
  });

  it('given a commit that fails, then nobody is told', async () => {
    const store = memoryStore();
    const { commit } = store;
    store.commit = async (wants, decide) => {
      await commit.call(store, wants, (snapshot) => {
        decide(snapshot);
        return null;
      });
      throw new StoreUnavailable('the disk is full', null);
    };
    const { submit, told } = given([CRM], [], store);
    expect(await refusalOf(submit(createUser()))).toBe('store_unavailable');
    expect(told).toEqual([]);
  });

  it('given a message, then it is left for its channel', async () => {
    const { submit, left, told } = given([]);
    await submit(createUser({ email: { value: 'a@a.test' } }));
    await submit({ type: 'request-contact-code', contact: 'email', code: newCode('d'), again: false });
    expect(await left('email')).toEqual([`${USER} verify_email`]);
    expect(told).toEqual([['email']]);
  });

  it('given the first members of an organization, then its own subscriptions count', async () => {
    const made = organization('org-new', { subscriptions: [CRM] });
    const { users, left, ...world } = given([], [organization(BUILT_IN_ORGANIZATION.id)]);
    const root = await createCaller(world, 'root', ['IAM_ORG_MANAGER'], { organizationId: BUILT_IN_ORGANIZATION.id });
    const found = (userId: string, rehearsal: boolean) =>
      users.submit({
        type: 'found',
        caller: root,
        dialect: 'test',
        requestId: 'r',
        organization: made,
        members: [
          { target: { id: userId }, command: createUser({ userId, organizationId: made.id, username: userId }) },
        ],
        answer: { status: 200, body: null },
        rehearsal,
      });
    await found('8', true);
    expect(await left(CRM.receiver)).toEqual([]);
    await found('8', false);
    expect(await left(CRM.receiver)).toEqual(['8 user.created 1']);
  });

  it('given many in one batch, then each receiver is told once', async () => {
    const { submit, told, left } = given();
    const names = ['a', 'b', 'c', 'd'];
    const created = names.map((userId) => submit(createUser({ userId, username: userId })));
    expect(outcomes(await Promise.allSettled(created))).toEqual(names.map((name) => `1/1/${name}`));
    expect(told).toEqual([[CRM.receiver]]);
    expect(await left(CRM.receiver)).toHaveLength(4);
  });
});
