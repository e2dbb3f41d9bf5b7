import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withRows } from '../support/rows.ts';
import { runToEnd } from '../system/process.ts';
import { makeInstance } from './instance.ts';
import { contentsOf, copyOf, Databases, type EngineName } from './support.ts';

const databases = new Databases();
let source: string;
beforeAll(async () => {
  source = await databases.empty('sqlite');
  await makeInstance(source, 7);
});
afterAll(() => databases.remove());

const ANY_USER = '(SELECT max(id) FROM users)';

/** One change to the target, behind the back of the copy, and the table in which it must be found. */
const CHANGES: readonly [table: string, statement: string][] = [
  [
    'organizations',
    "UPDATE organizations SET settings = settings || ' ' WHERE id = (SELECT max(id) FROM organizations)",
  ],
  ['settings', "UPDATE settings SET value = '0' WHERE name = 'revision'"],
  ['users', `UPDATE users SET document = replace(document, '"createdAt":1', '"createdAt":2') WHERE id = ${ANY_USER}`],
  ['users', `UPDATE users SET username = NULL WHERE id = (SELECT max(id) FROM users WHERE username IS NOT NULL)`],
  ['users', `DELETE FROM users WHERE id = ${ANY_USER}`],
  ['claims', 'UPDATE claims SET user_id = (SELECT min(id) FROM users) WHERE key = (SELECT max(key) FROM claims)'],
  ['claims', "INSERT INTO claims (key, user_id) VALUES ('~ of nobody', '1')"],
  ['answers', 'UPDATE answers SET expires_at = expires_at + 1 WHERE key = (SELECT min(key) FROM answers)'],
  ['events', `UPDATE events SET actor = 'nobody' WHERE user_id = ${ANY_USER}`],
  ['events', `DELETE FROM events WHERE user_id = ${ANY_USER} AND sequence = 1`],
  ['outbox', 'DELETE FROM outbox WHERE id = (SELECT max(id) FROM outbox)'],
  ['outbox', 'UPDATE outbox SET died_at = NULL WHERE died_at IS NOT NULL'],
  ['receivers', 'UPDATE receivers SET disabled_at = 1 WHERE id = (SELECT max(id) FROM receivers)'],
  [
    'deferred',
    `UPDATE deferred SET payload = CASE id WHEN 1 THEN (SELECT payload FROM deferred WHERE id = 3)
       ELSE (SELECT payload FROM deferred WHERE id = 1) END WHERE id IN (1, 3)`,
  ],
  ['short_lived', "UPDATE short_lived SET value = 'else' WHERE key = (SELECT max(key) FROM short_lived)"],
  ['user_search', `UPDATE user_search SET email_key = 'else' WHERE user_id = ${ANY_USER}`],
  ['user_metadata', "DELETE FROM user_metadata WHERE name = 'Zeta'"],
];

/** Copies, and changes one thing when all rows are written and none is compared yet. */
function copyAndTamper(target: string, statement: string): Promise<unknown> {
  return copyOf(source, target, {
    onStep: async (step) => {
      if (step.kind !== 'copying' || step.done < step.total) return;
      await withRows(target, ({ query }) => query(statement), 'write');
    },
  });
}

describe.each(['sqlite', 'postgres'] as EngineName[])(
  'a copy on %s that is changed before it is compared',
  (engine) => {
    it.each(CHANGES)('in %s, by %s, is not taken for equal', async (table, statement) => {
      const target = await databases.empty(engine);
      await expect(copyAndTamper(target, statement)).rejects.toThrow(
        new RegExp(`^the copy differs from its source: row \\d+ of ${table}$`),
      );
    });

    it('cannot be served, and is made anew by the next copy', async () => {
      const target = await databases.empty(engine);
      await expect(copyAndTamper(target, 'DELETE FROM claims')).rejects.toThrow('the copy differs');
      const served = await runToEnd(['serve', '--port', '0', '--data', databases.path(), '--database', target]);
      expect(served).toMatchObject({ code: 1, stderr: expect.stringContaining('unfinished copy') });
      const again = await runToEnd(['copy', '--from', source, '--to', target]);
      expect(again).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('beginning anew') });
      expect(again.stdout).toContain('The copy is complete');
      expect(again.stdout).toContain('instance.key');
      expect(await contentsOf(target)).toEqual(await contentsOf(source));
    });

    it('given nothing is changed, then it is equal', async () => {
      await copyAndTamper(await databases.empty(engine), 'SELECT 1');
    });
  },
);
