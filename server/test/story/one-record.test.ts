import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createThrough,
  DIALECT_NAMES,
  type DialectClient,
  type DialectName,
  dialectClients,
  type Person,
  somebody,
} from '../support/clients.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';

let tessera: Tessera;
let acme: Record<DialectName, DialectClient>;
let globex: Record<DialectName, DialectClient>;

beforeAll(async () => {
  tessera = await startTessera();
  acme = await dialectClients(tessera, 'acme');
  globex = await dialectClients(tessera, 'globex');
});
afterAll(() => tessera.stop());

async function created(person: Person = somebody()): Promise<{ id: string; person: Person }> {
  const { id, response } = await acme.ownli.create(person);
  if (id === undefined) throw new Error(`not created: ${response.text}`);
  return { id, person };
}

/** What every dialect that can read says of the record. */
async function seenBy(clients: Record<DialectName, DialectClient>, id: string): Promise<(Person | undefined)[]> {
  const views = await Promise.all(DIALECT_NAMES.map((name) => clients[name].read?.(id)));
  return views.filter((view) => view !== undefined).map((view) => view.person);
}

describe.each(DIALECT_NAMES)('one record, changed through %s', (name) => {
  it('is seen changed by every dialect as soon as the call returns, as one event per part', async () => {
    const { id, person } = await created();
    const before = (await tessera.events(id)).length;

    const response = await acme[name].update(id, { givenName: `By ${name}`, familyName: 'Changed' });

    expect(response.status).toBe(200);
    const expected = { ...person, givenName: `By ${name}`, familyName: 'Changed' };
    expect(await seenBy(acme, id)).toEqual([expected, expected, expected]);
    const events = (await tessera.events(id)).slice(before);
    expect(events.map(({ type }) => type)).toEqual(['user.profile_changed']);
    expect(events[0]?.origin.dialect).toBe(name);
    expect(events[0]?.changes).toEqual({
      'profile.givenName': { before: 'Minnie', after: `By ${name}` },
      'profile.familyName': { before: 'Mouse', after: 'Changed' },
    });
  });

  it('answers the new version as ETag, the same that every read shows', async () => {
    const { id } = await created();
    const response = await acme[name].update(id, { givenName: 'Tag', familyName: 'Mouse' });
    const { version } = await tessera.user(id);
    expect(response.headers.get('etag')).toBe(`"${version}"`);
    for (const reader of [acme.zitadel, acme.jframework, acme.ownli]) {
      expect((await reader.read?.(id))?.response.headers.get('etag')).toBe(`"${version}"`);
    }
  });

  it('writes no event when nothing changes', async () => {
    const { id, person } = await created();
    const before = await tessera.events(id);
    const { givenName, familyName } = person;
    const response = await acme[name].update(id, { givenName, familyName });
    expect(response.status).toBe(200);
    expect(await tessera.events(id)).toEqual(before);
  });

  it('replays the first answer to a repeated key, and refuses the key for another request', async () => {
    const { id } = await created();
    const key = { 'idempotency-key': `story-${name}` };
    const first = await acme[name].update(id, { givenName: 'Once', familyName: 'Mouse' }, key);
    const after = await tessera.events(id);

    const second = await acme[name].update(id, { givenName: 'Once', familyName: 'Mouse' }, key);
    expect([second.status, second.text]).toEqual([first.status, first.text]);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));

    const other = await acme[name].update(id, { givenName: 'Other', familyName: 'Mouse' }, key);
    expect(other.status).toBe(acme[name].keyReused);
    expect(await tessera.events(id)).toEqual(after);
  });

  it('refuses a stale ETag with 412 and leaves no trace', async () => {
    const { id } = await created();
    const stale = { 'if-match': '"1"' };
    const moved = await acme.ownli.update(id, { givenName: 'Moved' });
    expect(moved.status).toBe(200);
    const before = await tessera.events(id);

    const response = await acme[name].update(id, { givenName: 'Late', familyName: 'Mouse' }, stale);

    expect(response.status).toBe(412);
    expect(await tessera.events(id)).toEqual(before);
    const current = { 'if-match': `W/"${(await tessera.user(id)).version}"` };
    expect((await acme[name].update(id, { givenName: 'Right', familyName: 'Mouse' }, current)).status).toBe(200);
  });

  it('refuses an e-mail address or phone of another user and leaves no trace', async () => {
    const holder = await created();
    const { id } = await created();
    const before = await tessera.events(id);
    const email = await acme[name].update(id, { email: holder.person.email.toUpperCase() });
    const phone = await acme[name].update(id, { phone: holder.person.phone });
    expect([email.status, phone.status]).toEqual([acme[name].taken, acme[name].taken]);
    expect(await tessera.events(id)).toEqual(before);
  });

  it('is a missing record to another organization', async () => {
    const { id } = await created();
    const before = await tessera.events(id);
    const response = await globex[name].update(id, { givenName: 'Stolen', familyName: 'Mouse' });
    expect(response.status).toBe(globex[name].missing);
    expect(await tessera.events(id)).toEqual(before);
    expect(await seenBy(globex, id)).toEqual([undefined, undefined, undefined]);
  });

  it('creates a record that every dialect can change', async () => {
    const { id } = await createThrough(tessera, acme[name], somebody());
    for (const other of DIALECT_NAMES) {
      const before = (await tessera.events(id)).length;
      const response = await acme[other].update(id, { givenName: `Through ${other}`, familyName: 'Mouse' });
      expect([other, response.status]).toEqual([other, 200]);
      const events = (await tessera.events(id)).slice(before);
      expect(events.map(({ type, origin }) => [type, origin.dialect])).toEqual([['user.profile_changed', other]]);
      expect((await tessera.user(id)).profile.givenName).toBe(`Through ${other}`);
    }
  });
});
