import { TextQueryMethod } from '@zitadel/proto/zitadel/object/v2/object_pb';
import { expect, it } from 'vitest';
import { textMatcher } from './text-match.ts';

it.each<[keyof typeof TextQueryMethod, string, string, boolean]>([
  ['EQUALS', 'Acme', 'acme', false],
  ['EQUALS_IGNORE_CASE', 'ACME', 'acme', true],
  // As full-width letters, and as one letter or two.
  ['EQUALS_IGNORE_CASE', '\uFF21\uFF23\uFF2D\uFF25', 'acme', true],
  ['CONTAINS_IGNORE_CASE', 'Stra\u00DFe', 'SSE', true],
  ['STARTS_WITH_IGNORE_CASE', 'Cafe\u0301 Noir', 'CAF\u00C9', true],
  ['ENDS_WITH_IGNORE_CASE', 'Noir Caf\u00E9', 'cafe\u0301', true],
  ['CONTAINS', 'Cafe\u0301', 'Caf\u00E9', false],
])('%s finds in %s the text %s: %s', (method, text, wanted, expected) => {
  expect(textMatcher(wanted, TextQueryMethod[method])(text)).toBe(expected);
});
