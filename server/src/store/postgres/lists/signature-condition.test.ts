import { expect, it } from 'vitest';
import type { TextMethod, UserFilter } from '../../../app/ports/user-list.ts';
import { postgresSearch } from '../../search/compiler.ts';
import { signatureCondition } from './signature-condition.ts';

const text = (value: string, method: TextMethod = 'contains'): UserFilter => ({
  type: 'text',
  field: 'email',
  method,
  value,
  ignoreCase: true,
});
const flag: UserFilter = { type: 'flag', field: 'fraud', value: true };

function parametersOf(filter: UserFilter): unknown {
  const condition = signatureCondition(filter);
  return condition === null ? null : postgresSearch.compile(condition).parameters;
}

it('texts of an or that have the same part are asked for once', () => {
  const either: UserFilter = { type: 'or', filters: [text('qx'), { ...text('QX'), field: 'username' } as UserFilter] };
  expect(parametersOf(either)).toEqual(parametersOf(text('qx')));
  expect(parametersOf(text('qx'))).toHaveLength(2);
});

it('texts of an and are asked for together, and nothing of what else it says', () => {
  const both: UserFilter = { type: 'and', filters: [text('a'), flag, text('q', 'endsWith')] };
  const { sql, parameters } = postgresSearch.compile(signatureCondition(both) ?? expect.unreachable());
  expect(sql).toBe('("s"."signature_0" & $1) = $2');
  expect(parameters).toEqual(Array(2).fill((1 << ('a'.charCodeAt(0) - 96)) | (1 << ('q'.charCodeAt(0) - 96))));
});

it.each<[string, UserFilter]>([
  ['nothing of texts', flag],
  ['a text or something else', { type: 'or', filters: [text('qx'), flag] }],
  ['no text', { type: 'or', filters: [] }],
  ['anything but a text', { type: 'not', filter: text('qx') }],
  ['any text', text('')],
  ['a text that cannot be stored', text('\uD800')],
  ['one of many', { type: 'or', filters: [...'abcdefghi'].map((part) => text(part)) }],
])('a filter that asks for %s tells nothing of signatures', (_, filter) => {
  expect(signatureCondition(filter)).toBeNull();
});
