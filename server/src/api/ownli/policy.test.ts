import { describe, expect, it } from 'vitest';
import type { InsurancePolicy } from '../../core/user/user.ts';
import { newPolicyOf, policyOf } from './policy.ts';

const START = '2024-01-01T00:00:00.000Z';
const END = '2025-01-01T00:00:00.000Z';
const [startsAt, endsAt] = [Date.parse(START), Date.parse(END)];

describe('the policy of a new user', () => {
  it('needs a start and an end, unless the partner may leave them out', () => {
    const info = { policyNumber: 'PN-1', startDate: START, endDate: END };
    expect(newPolicyOf(info, true)).toEqual({ number: 'PN-1', startsAt, endsAt });
    expect(() => newPolicyOf({ ...info, endDate: null }, true)).toThrow('value_required');
    expect(newPolicyOf({ policyNumber: 'PN-1', endDate: END }, false)).toEqual({
      number: 'PN-1',
      startsAt: null,
      endsAt,
    });
  });

  it('ends no earlier than it starts', () => {
    const info = { policyNumber: 'PN-1', startDate: END, endDate: START };
    expect(() => newPolicyOf(info, false)).toThrow('value_invalid');
    expect(newPolicyOf({ ...info, endDate: END }, true)).toMatchObject({ startsAt: endsAt, endsAt });
  });
});

describe('another policy', () => {
  const shown: InsurancePolicy = { number: 'n'.repeat(150), startsAt, endsAt, isIdentity: true };
  const body = { policyNumber: 'PN-2', startDate: START, endDate: END };

  it('takes the place of all that is shown, and says nothing of identity', () => {
    expect(policyOf(body, shown)).toEqual({ number: 'PN-2', startsAt, endsAt });
  });

  it('may have the number that is shown, also where it would not be taken anew', () => {
    expect(policyOf({ ...body, policyNumber: 'n'.repeat(150) }, shown).number).toBe(shown.number);
    expect(() => policyOf({ ...body, policyNumber: 'm'.repeat(150) }, shown)).toThrow('value_invalid');
  });
});
