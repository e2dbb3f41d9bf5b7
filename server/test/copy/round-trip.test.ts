import { copyFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDatabase } from '../support/checker.ts';
import { withRows } from '../support/rows.ts';
import type { Tessera } from '../support/tessera.ts';
import { type Marks, makeInstance, signIn, updateUnderKey } from './instance.ts';
import { contentsOf, copyOf, Databases, type EngineName, serve } from './support.ts';

const databases = new Databases();
afterAll(() => databases.remove());

/** Acme's users as an administrator lists them by name, and what their lists are filtered by. */
async function listed(tessera: Tessera): Promise<string[]> {
  const { users } = await tessera.store.list({
    organizations: 'all',
    filter: { type: 'text', field: 'familyName', method: 'contains', value: 'adata', ignoreCase: true },
    sort: { by: 'familyName', direction: 'asc' },
    offset: 0,
    limit: 10,
    countTotal: false,
  });
  return users.map(({ profile }) => String(profile.familyName));
}

describe.each([
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
] as [EngineName, EngineName][])('there and back, from %s through %s', (here, there) => {
  let first: string;
  let second: string;
  let third: string;
  let marks: Marks;
  beforeAll(async () => {
    first = await databases.empty(here);
    second = await databases.empty(there);
    third = await databases.empty(here);
    marks = await makeInstance(first, here === 'sqlite' ? 1 : 2);
    await copyOf(first, second);
    await copyOf(second, third);
  });

  it('every kind of row occurs', async () => {
    for (const [table, rows] of Object.entries(await contentsOf(first))) {
      expect(rows.length, table).toBeGreaterThan(0);
    }
  });

  it('both copies say the same as the original, in the same order', async () => {
    const contents = await contentsOf(first);
    expect(await contentsOf(second)).toEqual(contents);
    expect(await contentsOf(third)).toEqual(contents);
  });

  it('a process that delivers from the original has no claim on a copy', async () => {
    const holders = (url: string) =>
      withRows(url, async ({ query }) => (await query('SELECT holder FROM receivers')).map(({ holder }) => holder));
    expect(await Promise.all([first, second, third].map(holders))).toEqual([['a process'], [null], [null]]);
  });

  it('no copy contradicts itself', async () => {
    expect((await checkDatabase(second)).findings).toEqual([]);
    expect((await checkDatabase(third)).findings).toEqual([]);
  });

  it('a copy is served: sign-in, an answer given before, lists, and work that waited, in order', async () => {
    const waiting = (await contentsOf(second)).deferred ?? [];
    const tessera = await serve(second);
    try {
      expect((await signIn(tessera, marks)).status).toBe(200);
      const replay = await updateUnderKey(tessera, marks.userId, marks.replayed);
      expect(replay.headers.get('idempotent-replayed')).toBe('true');
      expect({ status: replay.status, text: replay.text }).toEqual({
        status: marks.replayed.first.status,
        text: marks.replayed.first.text,
      });
      expect(await listed(tessera)).toEqual(['Adata 1', 'Adata 2', 'Adata 3']);
      expect(waiting).toHaveLength(12);
      await expect.poll(() => tessera.store.deferredWork(), { timeout: 10_000 }).toEqual([]);
      const names = (await tessera.events(marks.userId)).flatMap(({ changes }) => changes['profile.familyName']?.after);
      expect(names.slice(-6)).toEqual([0, 1, 2, 3, 4, 5].map((n) => `Later ${n}`));
    } finally {
      await tessera.stop();
    }
    expect((await checkDatabase(second)).findings).toEqual([]);
  });
});

it('given two files, when one is copied to the other, then nothing but the file is another', async () => {
  const from = await databases.empty('sqlite');
  await makeInstance(from, 3);
  const before = databases.path();
  copyFileSync(from.slice('sqlite:'.length), before);
  const to = await databases.empty('sqlite');
  const digests = await copyOf(from, to);
  const contents = await contentsOf(from);
  expect(await contentsOf(to)).toEqual(contents);
  expect(await contentsOf(`sqlite:${before}`)).toEqual(contents);
  expect(Object.fromEntries(digests.map(({ table, rows }) => [table, rows]))).toEqual(
    Object.fromEntries(Object.entries(contents).map(([table, rows]) => [table, rows.length])),
  );
});
