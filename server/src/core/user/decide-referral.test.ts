import { describe, it } from 'vitest';
import { createUser, event, given, USER } from '../../../test/support/given.ts';

const INVITER = '400000000000000002';
const created = createUser();
const apply = (referrer: string | null) => ({ type: 'apply-referral', referrer }) as const;
const referred = event('user.membership_changed', { 'membership.referrer': [null, INVITER] });

describe('a referral', () => {
  it('is noted', () => {
    given(created).when(apply(INVITER)).thenEvents(referred).thenMessages();
  });

  it('by the same user again changes nothing', () => {
    given(created, referred).when(apply(INVITER)).thenEvents();
    given(createUser({ referrer: INVITER }))
      .when(apply(INVITER))
      .thenEvents();
  });

  it('by somebody else is refused', () => {
    given(created, referred)
      .when(apply('400000000000000003'))
      .thenRefused('referral_applied', { field: 'membership.referrer' });
  });

  it('by nobody, or by oneself, is refused', () => {
    given(created).when(apply(null)).thenRefused('referral_invalid');
    given(created).when(apply(USER)).thenRefused('referral_invalid');
    given(created, referred).when(apply(null)).thenRefused('referral_invalid');
  });
});
