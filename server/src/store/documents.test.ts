import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PARTS } from '../core/user/fields.ts';
import { EMPTY_USER, type User } from '../core/user/user.ts';
import { readDocument, writeDocument } from './documents.ts';

const user: User = {
  ...EMPTY_USER,
  id: '500000000000000001',
  organizationId: 'org',
  kind: 'human',
  sequence: 3,
  version: 2,
  createdAt: 1,
  changedAt: 2,
};

describe('the stored form of a record', () => {
  it('given an empty record, then it holds what identifies it and nothing else', () => {
    expect(Object.keys(JSON.parse(writeDocument(user)))).not.toEqual(expect.arrayContaining([...PARTS]));
    expect(readDocument(writeDocument(user))).toEqual(user);
  });

  it('given any values in any part, when written and read, then they are the same', () => {
    const value = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.integer(),
      fc.constant(null),
      fc.constant([]),
      fc.constant({}),
    );
    const part = (name: (typeof PARTS)[number]) =>
      fc.record(Object.fromEntries(Object.keys(EMPTY_USER[name]).map((field) => [field, value])));
    const parts = fc.record(Object.fromEntries(PARTS.map((name) => [name, part(name)])));
    fc.assert(
      fc.property(parts, (given) => {
        const filled = { ...user, ...given } as User;
        const read = readDocument(writeDocument(filled));
        // A list or map that is empty is what an absent one is read as.
        const expected = structuredClone(filled) as unknown as Record<string, Record<string, unknown>>;
        for (const name of PARTS) {
          for (const [field, was] of Object.entries(expected[name] ?? {})) {
            const isEmpty = typeof was === 'object' && was !== null && Object.keys(was).length === 0;
            if (isEmpty) Object.assign(expected[name] ?? {}, { [field]: Reflect.get(EMPTY_USER[name], field) });
          }
        }
        expect(read).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('given metadata with names of the prototype, then they stay plain members', () => {
    const metadata = JSON.parse('{"__proto__":"eA==","constructor":"eQ=="}') as Record<string, string>;
    const read = readDocument(writeDocument({ ...user, extra: { ...user.extra, metadata } }));
    expect(Object.entries(read.extra.metadata)).toEqual(Object.entries(metadata));
    expect(Reflect.get({}, 'eA==')).toBeUndefined();
  });

  it('given a row from before a field existed, then the field is empty', () => {
    const older = JSON.parse(writeDocument(user));
    older.credentials = { sessions: [] };
    expect(readDocument(JSON.stringify(older)).credentials).toEqual(EMPTY_USER.credentials);
  });
});
