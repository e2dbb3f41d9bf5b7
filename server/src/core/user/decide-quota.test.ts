import { describe, it } from 'vitest';
import { createUser, event, given, NOW } from '../../../test/support/given.ts';
import { DomainError } from '../errors.ts';
import type { ConsumeQuota } from './commands.ts';

const QUOTAS = 'membership.quotas';
const consume = (more: Partial<ConsumeQuota> = {}): ConsumeQuota => ({
  type: 'consume-quota',
  feature: 'seats',
  amount: 1,
  period: '2026',
  limit: 3,
  ...more,
});
const used = (count: number, period = '2026') => ({ seats: { used: count, period, changedAt: NOW } });

describe('a quota', () => {
  it('given nothing used, when some is, then it is counted', () => {
    given(createUser())
      .when(consume({ amount: 2 }))
      .thenEvents(event('user.quota_consumed', { [QUOTAS]: [{}, used(2)] }));
  });

  it('given some used, when the rest is, then all of the limit is used', () => {
    given(createUser(), consume({ amount: 2 }))
      .when(consume())
      .thenEvents(event('user.quota_consumed', { [QUOTAS]: [used(2), used(3)] }));
  });

  it.each([[2], [4], [Number.MAX_SAFE_INTEGER]])(
    'given two used, when %i more are asked for, then none is',
    (amount) => {
      given(createUser(), consume({ amount: 2 }))
        .when(consume({ amount }))
        .thenRefused('quota_exceeded');
    },
  );

  it('given another period, when some is used, then it counts from zero', () => {
    given(createUser(), consume({ amount: 3 }))
      .when(consume({ period: '2027', amount: 3 }))
      .thenEvents(event('user.quota_consumed', { [QUOTAS]: [used(3), used(3, '2027')] }));
  });

  it('given no limit, when any amount is used, then it is counted as long as it can be', () => {
    given(createUser(), consume({ limit: null, amount: Number.MAX_SAFE_INTEGER - 1 }))
      .when(consume({ limit: null }))
      .thenTypes('user.quota_consumed');
    given(createUser(), consume({ limit: null, amount: Number.MAX_SAFE_INTEGER }))
      .when(consume({ limit: null }))
      .thenRefused('quota_exceeded');
  });

  it('given features named like what every object has, when they are used, then each has its own count', () => {
    const other = { ['constructor']: { used: 1, period: '2026', changedAt: NOW } };
    given(createUser())
      .when(consume({ feature: 'constructor' }))
      .thenEvents(event('user.quota_consumed', { [QUOTAS]: [{}, other] }));
  });

  it('given a reason why there is nothing to use, when it is asked for, then that is told', () => {
    given(createUser())
      .when(consume({ violation: new DomainError('feature_unsupported') }))
      .thenRefused('feature_unsupported');
  });
});
