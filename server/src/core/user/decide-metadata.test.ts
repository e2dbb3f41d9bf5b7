import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUser, event, given, NOW } from '../../../test/support/given.ts';
import type { MetadataPatch, UpdateUser } from './commands.ts';
import { METADATA_SIZE, mergedMetadata } from './decide-metadata.ts';

const set = (metadata: MetadataPatch): UpdateUser => ({ type: 'update-user', metadata });
const ada = createUser({ extra: { metadata: { color: 'cmVk', size: 'eA==' } } });

describe('a change of metadata', () => {
  it('holds the entries that change, and no others', () => {
    given(ada)
      .when(set({ color: 'Ymx1ZQ==', size: 'eA==', shape: 'eQ==' }))
      .thenEvents(
        event('user.metadata_changed', {
          'extra.metadata': [
            { color: 'cmVk', shape: null },
            { color: 'Ymx1ZQ==', shape: 'eQ==' },
          ],
        }),
      );
  });

  it('keeps what it does not name, and removes what it clears', () => {
    const { user } = given(ada)
      .when(set({ color: null, shape: 'eQ==' }))
      .thenTypes('user.metadata_changed');
    expect(user.extra.metadata).toEqual({ size: 'eA==', shape: 'eQ==' });
  });

  it('is none when all is so already', () => {
    given(ada)
      .when(set({ color: 'cmVk', unknown: null }))
      .thenEvents();
    given(ada).when(set({})).thenEvents();
  });

  it('moves no version', () => {
    const { user } = given(ada)
      .when(set({ color: null }))
      .thenTypes('user.metadata_changed');
    expect(user).toMatchObject({ sequence: 2, version: 1 });
  });

  it('takes names that every object has for names like others', () => {
    const patch = JSON.parse('{"__proto__":"eA==","constructor":"eQ==","toString":null}') as MetadataPatch;
    const { user } = given(createUser()).when(set(patch)).thenTypes('user.metadata_changed');
    expect(Object.entries(user.extra.metadata)).toEqual([
      ['__proto__', 'eA=='],
      ['constructor', 'eQ=='],
    ]);
    expect(Object.keys(user.extra.metadataTimes)).toEqual(['__proto__', 'constructor']);
  });

  it('has an end', () => {
    const value = 'x'.repeat(METADATA_SIZE / 2);
    given(createUser())
      .when(set({ a: value, b: value }))
      .thenRefused('metadata_invalid');
    given()
      .when(createUser({ extra: { metadata: { a: value, b: value } } }))
      .thenRefused('metadata_invalid');
  });
});

it('entries know when they were set and when they last changed', () => {
  const { user: later } = given(ada).when(set({ color: 'Ymx1ZQ==', shape: 'eQ==' }), NOW + 5);
  expect(later.extra.metadataTimes).toEqual({ color: [NOW, NOW + 5], size: [NOW, NOW], shape: [NOW + 5, NOW + 5] });
});

it('merging any patch into any metadata gives each named entry its new value and keeps the others', () => {
  const metadata = fc.dictionary(fc.string(), fc.base64String());
  const patch = fc.dictionary(fc.string(), fc.option(fc.base64String()));
  fc.assert(
    fc.property(metadata, patch, (before, change) => {
      const after = new Map(Object.entries(mergedMetadata(before, change)));
      for (const [key, value] of Object.entries(change)) expect(after.get(key) ?? null).toBe(value);
      for (const [key, value] of Object.entries(before)) {
        if (!Object.hasOwn(change, key)) expect(after.get(key)).toBe(value);
      }
    }),
  );
});
