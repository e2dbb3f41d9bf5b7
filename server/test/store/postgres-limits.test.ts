import { expect, it } from 'vitest';
import { createUser } from '../support/given.ts';
import { createWorld, refusalOf } from '../support/world.ts';
import { createPostgres, freshStore } from './fresh-store.ts';

const given = freshStore(() => createPostgres(2));

/** Letters of four bytes, no two alike, which the database cannot make shorter. */
const letters = (count: number): string =>
  String.fromCodePoint(...Array.from({ length: count }, (_, n) => 0x20000 + ((n * 7919) % 40_000)));

it('a text that no index can hold is refused, and leaves nothing behind', async () => {
  const { store } = given;
  const { submit } = createWorld({ store });
  const refused = createUser({ userId: letters(200), profile: { displayName: letters(600) } });
  const other = createUser({ userId: 'other', username: 'other' });
  const results = await Promise.all([refusalOf(submit(refused)), submit(other).then(() => 'done')]);
  expect(results).toEqual(['value_invalid', 'done']);
  expect(await store.user(refused.userId)).toBeNull();
  expect(await store.events(refused.userId)).toEqual([]);
});
