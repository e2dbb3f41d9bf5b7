import type { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createUser, NOW, newCode, ORG, OTHER_ORG, session } from '../../test/support/given.ts';
import { createWorld, memoryDatabase } from '../../test/support/world.ts';
import { DomainError } from '../core/errors.ts';
import { claimsOf } from '../core/user/claims.ts';
import type { Command, ContactChange, PasswordProof } from '../core/user/commands.ts';
import { StaleCheck } from '../core/user/decide-credentials.ts';
import { isVisible, replay } from '../core/user/evolve.ts';
import type { User } from '../core/user/user.ts';
import { readDocument } from '../store/documents.ts';

const IDS = ['1', '2', '3', '4'];
const id = fc.constantFrom(...IDS);
const hash = fc.constantFrom('$a', '$b', '$c');
const digest = fc.constantFrom('x', 'y');
const username = fc.constantFrom('ada', 'Ada', 'bob', 'eve@org-b.test', null);
const email = fc.constantFrom('a@a.test', 'A@a.test', 'b@a.test', null);
const phone = fc.constantFrom('+411', '+412', null);
const code = digest.map((value) => newCode(value));
const profile = fc.record(
  { givenName: fc.constantFrom('A', 'B', null), nickName: fc.constantFrom('N', null) },
  { requiredKeys: [] },
);
const extra = fc.record(
  {
    fraud: fc.constantFrom(true, false, null),
    metadata: fc.dictionary(fc.constantFrom('k', 'l', '__proto__'), fc.constantFrom('QQ==', 'Qg=='), {
      noNullPrototype: true,
    }),
    externalIds: fc.dictionary(fc.constantFrom('acme', 'ext'), fc.constantFrom('7', '8'), { noNullPrototype: true }),
  },
  { requiredKeys: [] },
);
const token = digest.map((value) => ({ digest: value, createdAt: NOW, expiresAt: null, source: 'setup' as const }));
const tokens = fc.uniqueArray(token, { selector: (entry) => entry.digest, maxLength: 2 });

const contact = (value: fc.Arbitrary<string | null>): fc.Arbitrary<ContactChange> =>
  fc.record({ value, verified: fc.boolean(), code }, { requiredKeys: [] });
const newContact = (value: fc.Arbitrary<string | null>) =>
  fc.record(
    { value: value.map((text) => text ?? 'c@a.test'), verified: fc.boolean(), code },
    { requiredKeys: ['value'] },
  );
const check = fc.record({ against: hash, ok: fc.boolean() });
const proof: fc.Arbitrary<PasswordProof> = fc.oneof(
  fc.constant(null),
  fc.record({ kind: fc.constant('code' as const), digest }),
  fc.record({ kind: fc.constant('current' as const), check }),
);
const secret = fc.oneof(fc.record({ hash }), fc.constant({ violation: 'password_too_short' as const }));
const password = fc.record({
  secret,
  changeRequired: fc.boolean(),
  proof,
  unchanged: fc.boolean(),
  lockAfter: fc.constantFrom(0, 2),
});
const sessions = fc.constantFrom('s1', 's2').map((name) => session(name));
const state = fc.constantFrom('active', 'inactive', 'locked', 'suspended', 'initial');

const command: fc.Arbitrary<{ readonly id: string; readonly command: Command }> = fc.record({
  id,
  command: fc.oneof(
    { arbitrary: fc.record({ type: fc.constant('delete-user' as const) }), weight: 1 },
    {
      arbitrary: fc.record(
        {
          type: fc.constant('update-user' as const),
          username,
          profile,
          extra,
          password,
          state: state as fc.Arbitrary<User['state']>,
          email: contact(email),
          phone: contact(phone),
          setupTokens: tokens,
        },
        { requiredKeys: ['type'] },
      ),
      weight: 8,
    },
    {
      arbitrary: fc.record({
        type: fc.constant('verify-contact' as const),
        contact: fc.constantFrom('email', 'phone'),
        digest,
      }),
      weight: 3,
    },
    {
      arbitrary: fc.record({
        type: fc.constant('request-password-reset' as const),
        code,
        channel: fc.constantFrom('email', 'phone'),
      }),
      weight: 2,
    },
    {
      arbitrary: fc.record(
        {
          type: fc.constant('check-password' as const),
          check,
          lockAfter: fc.constantFrom(0, 2),
          session: sessions,
          rehash: hash,
        },
        { requiredKeys: ['type', 'check', 'lockAfter', 'session'] },
      ),
      weight: 3,
    },
    {
      arbitrary: fc.record({
        type: fc.constant('renew-session' as const),
        sessionId: fc.constantFrom('s1', 's2'),
        refreshDigest: fc.constantFrom('s1 refresh', 's2 refresh'),
        next: sessions,
      }),
      weight: 1,
    },
    {
      arbitrary: fc
        .record(
          {
            organizationId: fc.constantFrom(ORG, OTHER_ORG),
            username,
            profile,
            extra,
            tokens,
            email: newContact(email),
            phone: newContact(phone),
            password: fc.record({ secret, changeRequired: fc.boolean() }),
          },
          { requiredKeys: ['organizationId'] },
        )
        .map((more) => createUser(more)),
      weight: 6,
    },
  ),
});

/** Some commands, in batches of those that wait at the same moment. */
const batches = fc.array(fc.array(command, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 8 });

it('whatever is submitted: the events fold to the record, and the claims are those of the records', async () => {
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(batches, async (history) => {
      const { db, store } = memoryDatabase();
      const world = createWorld({ store });
      for (const batch of history) {
        const results = await Promise.allSettled(
          batch.map(({ id: userId, command: next }) =>
            world.submit(next.type === 'create-user' ? { ...next, userId } : next, { target: { id: userId } }),
          ),
        );
        for (const result of results) {
          if (result.status === 'rejected') {
            expect(result.reason instanceof DomainError || result.reason instanceof StaleCheck).toBe(true);
            ends.add(result.reason.message);
          } else ends.add('success');
        }
        world.time.now += 1_000;
      }
      const claims: string[] = [];
      for (const userId of IDS) {
        const user = readRow(db, userId);
        const events = await store.events(userId);
        expect(replay(events)).toEqual(user);
        expect(await store.user(userId)).toEqual(user);
        expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
        if (user === null) continue;
        expect(user.sequence).toBe(events.length);
        expect(user.version).toBe(events.findLast(({ type }) => isVisible(type))?.sequence);
        claims.push(...claimsOf(user, world.users.directory).map((key) => `${key} ${userId}`));
      }
      const stored = db.prepare("SELECT key || ' ' || user_id AS claim FROM claims").all();
      expect(stored.map((row) => String(row.claim)).sort()).toEqual([...new Set(claims)].sort());
      db.close();
    }),
    { numRuns: 150 },
  );
  // The histories are worth something only when they meet most of what can happen.
  for (const end of [
    'success',
    'username_taken',
    'email_taken',
    'external_id_taken',
    'token_taken',
    'code_wrong',
    'password_wrong',
    'user_id_taken',
  ]) {
    expect(ends, end).toContain(end);
  }
});

function readRow(db: DatabaseSync, userId: string): User | null {
  const row = db.prepare('SELECT document FROM users WHERE id = ?').get(userId);
  return row === undefined ? null : readDocument(String(row.document));
}
