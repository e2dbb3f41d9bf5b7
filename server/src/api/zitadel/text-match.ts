import type { TextFilterMethod } from '@zitadel/proto/zitadel/filter/v2/filter_pb';
import type { TextQueryMethod } from '@zitadel/proto/zitadel/object/v2/object_pb';
import type { TextMatch } from '../../app/ports/user-list.ts';
import { caselessForm } from '../../core/values/case-fold.ts';

const METHODS = ['equals', 'startsWith', 'contains', 'endsWith'] as const;

/** By the numbers that both enums of methods give them. */
const MATCHINGS = METHODS.flatMap((method) => [
  { method, ignoreCase: false },
  { method, ignoreCase: true },
]);

const TESTS: Readonly<Record<TextMatch['method'], (text: string, wanted: string) => boolean>> = {
  equals: (text, wanted) => text === wanted,
  startsWith: (text, wanted) => text.startsWith(wanted),
  contains: (text, wanted) => text.includes(wanted),
  endsWith: (text, wanted) => text.endsWith(wanted),
};

/** What a query says of a text. */
export function matchOf(value: string, method: TextFilterMethod | TextQueryMethod): TextMatch {
  const matching = MATCHINGS[method];
  if (matching === undefined) throw new Error('the field rules let no other method pass');
  return { ...matching, value };
}

/** Whether a text is the wanted one, or holds it where the method says. */
export function textMatcher(...query: Parameters<typeof matchOf>): (text: string) => boolean {
  const { method, ignoreCase, value } = matchOf(...query);
  const test = TESTS[method];
  if (!ignoreCase) return (text) => test(text, value);
  const folded = caseless(value);
  return (text) => test(caseless(text), folded);
}

/** The form in which letter case, and other ways to write the same, make no difference: that of lists of users too. */
export function caseless(text: string): string {
  return caselessForm(text, 'NFKC');
}

export function byCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
