import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createThrough,
  DIALECT_NAMES,
  type DialectClient,
  type DialectName,
  dialectClients,
  somebody,
} from '../support/clients.ts';
import { ACME } from '../support/setup.ts';
import { startTessera, type Tessera, type TestResponse } from '../support/tessera.ts';

let tessera: Tessera;
let acme: Record<DialectName, DialectClient>;
let globex: Record<DialectName, DialectClient>;

beforeAll(async () => {
  tessera = await startTessera();
  acme = await dialectClients(tessera, 'acme');
  globex = await dialectClients(tessera, 'globex');
});
afterAll(() => tessera.stop());

/** Asks every dialect in turn. */
async function each<T>(ask: (name: DialectName) => Promise<T>): Promise<Record<DialectName, T>> {
  const answers: Partial<Record<DialectName, T>> = {};
  for (const name of DIALECT_NAMES) answers[name] = await ask(name);
  return answers as Record<DialectName, T>;
}

const all = <T>(value: T): Record<DialectName, T> => ({
  zitadel: value,
  jframework: value,
  avibra: value,
  ownli: value,
});

const expected = (clients: Record<DialectName, DialectClient>, status: 'taken' | 'missing') => ({
  zitadel: clients.zitadel[status],
  jframework: clients.jframework[status],
  avibra: clients.avibra[status],
  ownli: clients.ownli[status],
});

/** What the dialects that can read say of the record. */
const views = (clients: Record<DialectName, DialectClient>, id: string) =>
  each(async (name) => {
    const view = await clients[name].read?.(id);
    return view && { status: view.response.status, person: view.person };
  });

const told = ({ status, text, headers }: TestResponse) => [status, text, headers.get('etag')];

describe.each(DIALECT_NAMES)('a person created through %s', (creator) => {
  it('is one record to every dialect, from its creation until it is gone', async () => {
    const client = acme[creator];
    const { taken, keyReused } = client.onCreation ?? client;
    const person = somebody();
    const creationKey = { 'idempotency-key': `story-create-${creator}` };
    const creation = await createThrough(tessera, client, person, creationKey);
    const { id } = creation;

    const updates = await each((name) => acme[name].update(id, { givenName: `By ${name}`, familyName: 'Story' }));
    for (const name of DIALECT_NAMES) expect([name, updates[name].status]).toEqual([name, 200]);

    const now = { ...person, givenName: 'By ownli', familyName: 'Story' };
    const seen = { status: 200, person: now };
    expect(await views(acme, id)).toEqual({ ...all(seen), avibra: undefined });

    const other = somebody();
    const { id: otherId } = await createThrough(tessera, acme.ownli, other);
    const before = await tessera.events(id);
    const conflicts = await each(async (name) => (await acme[name].update(id, { email: other.email })).status);
    expect(conflicts).toEqual(expected(acme, 'taken'));
    const duplicate = await client.create(somebody({ email: person.email }));
    expect(duplicate.response.status).toBe(taken);
    expect(await tessera.events(id)).toEqual(before);

    const key = { 'idempotency-key': `story-update-${creator}` };
    const change = { givenName: 'Once', familyName: 'Story' };
    const first = await client.update(id, change, key);
    expect(first.status).toBe(200);
    for (const [repeated, original] of [
      [await client.update(id, change, key), first],
      [(await client.create(person, creationKey)).response, creation.response],
    ] as const) {
      expect(told(repeated)).toEqual(told(original));
      expect(repeated.headers.get('idempotent-replayed')).toBe('true');
    }

    const reused = await client.update(id, { ...change, givenName: 'Twice' }, key);
    const reusedByCreation = await client.create(somebody(), creationKey);
    expect([reused.status, reusedByCreation.response.status]).toEqual([client.keyReused, keyReused]);

    const late = { givenName: 'Late', familyName: 'Story' };
    const stale = await each(async (name) => (await acme[name].update(id, late, { 'if-match': '"1"' })).status);
    expect(stale).toEqual(all(412));

    const foreign = await each(async (name) => (await globex[name].update(id, late)).status);
    expect(foreign).toEqual(expected(globex, 'missing'));
    const unseen = { ...all({ status: 404, person: undefined }), avibra: undefined };
    expect(await views(globex, id)).toEqual(unseen);
    expect(await tessera.events(id)).toHaveLength(before.length + 1);

    const deletion = await tessera.send('DELETE', `/v2/users/${id}`, {
      headers: { authorization: `Bearer ${ACME.adminPat}` },
    });
    expect(deletion.status).toBe(200);

    const gone = await each(async (name) => (await acme[name].update(id, late)).status);
    expect(gone).toEqual(all(404));
    expect(await views(acme, id)).toEqual(unseen);
    const successor = await createThrough(tessera, client, somebody({ email: person.email }));
    expect((await tessera.user(successor.id)).email.value).toBe(person.email);
    expect(successor.id).not.toBe(id);

    const history = (await tessera.events(id)).map(({ type, origin }) => [type, origin.dialect]);
    expect(history).toEqual([
      ['user.created', creator],
      // The test's Zitadel client vouches for the contacts it sends.
      ...(creator === 'zitadel' ? ['user.email_verified', 'user.phone_verified'].map((type) => [type, creator]) : []),
      ...DIALECT_NAMES.map((name) => ['user.profile_changed', name]),
      ['user.profile_changed', creator],
      ['user.deleted', 'zitadel'],
    ]);
    expect((await tessera.events(otherId)).map(({ type }) => type)).toEqual(['user.created']);
  });
});
