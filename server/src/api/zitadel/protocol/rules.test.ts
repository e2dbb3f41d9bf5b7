import type { JsonObject } from '@bufbuild/protobuf';
import { UpdateHumanUserRequestSchema } from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import { describe, expect, it } from 'vitest';
import { compileRule, itemCount } from './rules.ts';

const { userId: field } = UpdateHumanUserRequestSchema.field;
const reason = (rule: JsonObject, value: unknown) => compileRule(field, rule)?.(value);

describe('compileRule', () => {
  it.each<[JsonObject, number | bigint, number | bigint, string]>([
    [{ int32: { gte: 1, lte: 50 } }, 50, 51, 'value must be inside range [1, 50]'],
    [{ uint32: { gt: 1, lt: 50 } }, 2, 1, 'value must be inside range (1, 50)'],
    [{ uint64: { lte: '9' } }, 9n, 10n, 'value must be less than or equal to 9'],
    [{ int64: { lt: '9' } }, 8n, 9n, 'value must be less than 9'],
    [{ double: { gt: 0 } }, 0.1, 0, 'value must be greater than 0'],
    [{ sint32: { gte: -1 } }, -1, -2, 'value must be greater than or equal to -1'],
  ])('%j', (rule, good, bad, text) => {
    expect(reason(rule, good)).toBeUndefined();
    expect(reason(rule, bad)).toBe(text);
  });

  it('words one-sided and exact lengths', () => {
    expect(reason({ string: { minLen: '2' } }, '😀')).toBe('value length must be at least 2 runes');
    expect(reason({ string: { minLen: '2', maxLen: '2' } }, 'x')).toBe('value length must be 2 runes');
    expect(reason({ bytes: { maxLen: '1' } }, new Uint8Array(2))).toBe('value length must be at most 1 bytes');
  });

  it('has no check where a rule says nothing', () => {
    expect(compileRule(field, { string: { email: false } })).toBeUndefined();
  });

  it.each<JsonObject>([{ string: { pattern: 'x' } }, { any: { required: true } }, { int32: { gt: 5, lt: 1 } }])(
    'refuses the unsupported %j',
    (rule) => {
      expect(() => compileRule(field, rule)).toThrow('not supported');
    },
  );
});

describe('itemCount', () => {
  it.each([
    [1, 2, 3, 'value must contain between 1 and 2 items, inclusive'],
    [2, undefined, 1, 'value must contain at least 2 item(s)'],
    [undefined, 2, 3, 'value must contain no more than 2 item(s)'],
    [2, 2, 1, 'value must contain exactly 2 item(s)'],
  ])('from %s to %s', (min, max, length, text) => {
    expect(itemCount(min, max)(Array(length).fill(0))).toBe(text);
    expect(itemCount(min, max)([0, 0])).toBeUndefined();
  });
});
