import fc from 'fast-check';
import { loadDirectory } from '../../src/app/directory.ts';
import { UNTRIED } from '../../src/app/ports/outbox.ts';
import { stallable } from '../dialects/avibra/stalled.ts';
import { type Cast, PASSWORDS, Player, type Step, step } from '../history/steps.ts';
import { NO_CHANGES, NO_WANTS } from '../support/changes.ts';
import { createThrough, DIALECT_NAMES, dialectClients, somebody } from '../support/clients.ts';
import { createUser, NOW } from '../support/given.ts';
import { ACME } from '../support/setup.ts';
import type { Tessera, TestResponse } from '../support/tessera.ts';
import { createWorld } from '../support/world.ts';
import { serve } from './support.ts';

const STEPS = 80;
const PEOPLE = 300;
const HOUR = 60 * 60 * 1000;
const [OLD] = PASSWORDS;

/** A signed-in person and a call that was answered under a key: both must work on a copy. */
export interface Marks {
  readonly username: string;
  readonly password: string;
  readonly userId: string;
  readonly replayed: { readonly key: string; readonly body: object; readonly first: TestResponse };
}

/**
 * Makes an instance in which every kind of row occurs, also work that waits to be applied, and stops its server.
 *
 * @param seed of the random steps
 */
export async function makeInstance(url: string, seed: number): Promise<Marks> {
  const control = stallable();
  control.stalled = false;
  const tessera = await serve(url, { onStore: control.onStore });
  try {
    const clients = await dialectClients(tessera);
    const player = new Player(tessera, clients);
    const people = DIALECT_NAMES.map(() => somebody());
    const ids: string[] = [];
    for (const [n, name] of DIALECT_NAMES.entries()) {
      ids.push((await createThrough(tessera, clients[name], people[n] ?? somebody())).id);
    }
    const cast: Cast = { ids, emails: people.map(({ email }) => email) };
    for (const one of stepsOf(seed)) await player.play(cast, one);

    const { id } = await createThrough(tessera, clients.ownli, somebody({ givenName: 'Zoë 🦀' }));
    const { id: other } = await createThrough(tessera, clients.ownli, somebody());
    await addMetadata(tessera);
    await addShortLived(tessera);
    await addDeliveries(tessera, id);
    await addInBulk(tessera);
    const marks = await leaveMarks(tessera, id);
    control.stalled = true;
    for (let n = 0; n < 6; n += 1) {
      for (const user of [id, other]) {
        await clients.avibra.update(user, { familyName: `Later ${n}` }, { version: 'v1' });
      }
    }
    return marks;
  } finally {
    await tessera.stop();
  }
}

function stepsOf(seed: number): Step[] {
  const steps = fc.sample(step, { numRuns: STEPS, seed });
  // Without the first there would be nobody left to change.
  return steps
    .filter(({ kind }) => kind !== 'delete')
    .concat(steps.filter(({ kind }) => kind === 'delete').slice(0, 1));
}

async function addShortLived({ store }: Tessera): Promise<void> {
  const now = Date.now();
  for (const key of ['Zeta', 'alpha', '🦀']) {
    await store.replaceShortLived(key, { before: null, value: `of ${key}`, expiresAt: now + 24 * HOUR, now });
  }
}

/** Deliveries that wait, one that is to be tried again and one that was given up; a process has claimed the receiver. */
async function addDeliveries({ store }: Tessera, userId: string): Promise<void> {
  const { outbox } = store;
  const now = Date.now();
  const receiver = 'webhook:acme:Zoë 🦀';
  const content = { kind: 'user.created', sequence: 1 } as const;
  const deliveries = Array.from({ length: 4 }, () => ({ receiver, userId, content, at: now }));
  await store.commit(NO_WANTS, () => ({ ...NO_CHANGES, deliveries }));
  await outbox.claim(receiver, { holder: 'a process', now, until: now + HOUR });
  const found = (await outbox.due(receiver, { now, limit: 10, busy: new Set() })).deliveries;
  const answer = 'HTTP 503: “später” 🦀';
  await outbox.settle('a process', [
    {
      receiver,
      delivered: found.slice(0, 1),
      dead: found.slice(1, 2).map((delivery) => ({ delivery, answer, at: now })),
      postponed: found.slice(2, 3).map((delivery) => ({ delivery, dueAt: now + HOUR, counts: true })),
      state: { ...UNTRIED, id: receiver, failures: 7, dueAt: now + HOUR, answer },
    },
  ]);
}

/** People with metadata, to whom a message waits to be sent. */
async function addMetadata(tessera: Tessera): Promise<void> {
  for (const n of [1, 2, 3]) {
    const response = await tessera.send('POST', '/v2/users/human', {
      headers: { authorization: `Bearer ${ACME.adminPat}` },
      body: {
        profile: { givenName: 'Met', familyName: `Adata ${n}` },
        email: { email: `metadata.${n}@mouse.test`, sendCode: {} },
        metadata: ['Zeta', 'alpha', 'ünder', '🦀'].map((key) => ({ key, value: Buffer.from(key).toString('base64') })),
      },
    });
    if (response.status !== 200) throw new Error(response.text);
  }
}

/** People enough for many pages, and a machine with a token. */
async function addInBulk(tessera: Tessera): Promise<void> {
  const { submit } = createWorld({ store: tessera.store, directory: await loadDirectory(tessera.store) });
  const add = (n: number, more: Parameters<typeof createUser>[0]) =>
    submit(createUser({ userId: String(900_000_000_000_000_000n + BigInt(n)), organizationId: ACME.id, ...more }));
  await Promise.all(
    Array.from({ length: PEOPLE }, (_, n) =>
      add(n, {
        username: `bulk.${n}`,
        email: { value: `bulk.${n}@mouse.test` },
        phone: { value: `+1313${2_000_000 + n}` },
      }),
    ),
  );
  await add(PEOPLE, { kind: 'machine', username: 'robot' });
  const token = { type: 'add-token', id: '800000000000000001', digest: 'digest', expiresAt: NOW + 1_000 } as const;
  await submit(token, { target: { id: String(900_000_000_000_000_000n + BigInt(PEOPLE)) } });
}

async function leaveMarks(tessera: Tessera, userId: string): Promise<Marks> {
  const person = somebody();
  const username = `u${person.phone.slice(1)}`;
  await createThrough(tessera, (await dialectClients(tessera)).jframework, person);
  const replayed = { key: 'asked-before-the-copy', body: { profile: { givenName: 'Once', familyName: 'Only' } } };
  const first = await updateUnderKey(tessera, userId, replayed);
  if (first.status !== 200) throw new Error(first.text);
  return { username, password: OLD, userId, replayed: { ...replayed, first } };
}

export function updateUnderKey(
  tessera: Tessera,
  userId: string,
  { key, body }: { readonly key: string; readonly body: object },
): Promise<TestResponse> {
  const headers = { authorization: `Bearer ${ACME.adminPat}`, 'idempotency-key': key };
  return tessera.send('PUT', `/v2/users/human/${userId}`, { headers, body });
}

export function signIn(tessera: Tessera, { username, password }: Marks): Promise<TestResponse> {
  return tessera.send('POST', '/api/v1/users/auth', {
    headers: { 'brand-url': ACME.brandUrl },
    body: { username, password },
  });
}
