import { describe, expect, it } from 'vitest';
import { languageOf } from './language.ts';

describe('the language of a page', () => {
  it.each<[string | undefined, string | null, string]>([
    [undefined, null, 'en'],
    ['', null, 'en'],
    ['de', null, 'de'],
    ['DE-ch', null, 'de'],
    ['fr, de;q=0.5', null, 'de'],
    ['de;q=0.2, en;q=0.8', null, 'en'],
    ['de;q=0', null, 'en'],
    ['de;q=x', null, 'en'],
    ['*', null, 'en'],
    ['den', null, 'en'],
    [`${'fr,'.repeat(100)}de`, null, 'en'],
    ['en', 'de', 'de'],
    ['de', 'en-US', 'en'],
    ['de', 'fr', 'de'],
    ['de', 'und', 'de'],
  ])('given %j and a preference for %j, it is %s', (accepted, preferred, language) => {
    expect(languageOf(accepted, preferred)).toBe(language);
  });
});
