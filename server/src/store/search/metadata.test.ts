import { describe, expect, it } from 'vitest';
import { NOBODY_YET } from '../../../test/support/search-user.ts';
import { indexedPrefix, metadataEntriesOf, metadataTextsOf } from './metadata.ts';

function textsOf(metadata: Record<string, string>) {
  return metadataTextsOf(metadataEntriesOf({ ...NOBODY_YET, extra: { ...NOBODY_YET.extra, metadata } }));
}

const controls = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).filter((one) =>
  /\p{Cc}/u.test(one),
);
const special = [...controls, '|', '=', '^'];

describe('all metadata of a user in one text', () => {
  it('has nothing for who has none, and keys as they are only where that differs', () => {
    expect(textsOf({})).toEqual({ metadata: '', metadata_raw: '' });
    expect(textsOf({ team: 'YQ==' })).toMatchObject({
      metadata: expect.stringMatching(/^\|.{20}=team\|$/s),
      metadata_raw: '',
    });
    expect(textsOf({ Team: 'YQ==' }).metadata_raw).toMatch(/^\|.{20}=Team\|$/s);
  });

  it('has the mark of each value before its key', () => {
    const [one, two] = [textsOf({ a: 'YQ==' }).metadata, textsOf({ b: 'Yg==' }).metadata];
    expect(one.slice(1, 21)).not.toBe(two.slice(1, 21));
    expect(textsOf({ a: 'YQ==', b: 'Yg==' }).metadata).toBe(`${one}${two.slice(1)}`);
  });

  it('has something else for each character that would mean something there, never more than three for one', () => {
    const keys = special.map((character) => textsOf({ [character]: 'YQ==' }).metadata.slice(22, -1));
    expect(new Set(keys).size).toBe(special.length);
    for (const key of keys) expect(key).toMatch(/^\^\p{Cc}{2}$/u);
  });
});

it.each([
  ['Team', true, 'team'],
  ['Straße', true, 'strasse'],
  ['Team', false, 'tea'],
  ['T', false, ''],
  ['e\u0301', false, ''],
  ['Straße', false, ''],
])('an index leads to keys that start with %j, case ignored: %s, by %j', (value, ignoreCase, prefix) => {
  expect(indexedPrefix({ value, ignoreCase })).toBe(prefix);
});
