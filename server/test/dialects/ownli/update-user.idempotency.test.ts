import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, expectError, expectRefused, fresh } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

const keyed = () => ({ 'idempotency-key': `key-${fresh()}` });

describe('PUT /api/users/:userId with Idempotency-Key', () => {
  it('answers a repetition with the first answer and writes nothing', async () => {
    const { id } = await client.create();
    const key = keyed();
    const first = await client.put(id, { customField1: 'a' }, key);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    await client.put(id, { customField1: 'b' });

    const again = await client.put(id, { customField1: 'a' }, key);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await t.user(id)).extra.customField1).toBe('b');
    expect(await t.events(id)).toHaveLength(3);
  });

  it('looks for the first answer before the precondition', async () => {
    const { id } = await client.create();
    const headers = { ...keyed(), 'if-match': '"1"' };
    const first = await client.put(id, { customField1: 'a' }, headers);
    const again = await client.put(id, { customField1: 'a' }, headers);
    expect([first.status, again.status, again.text]).toEqual([200, 200, first.text]);
  });

  it.each<[string, (id: string, other: string, key: Record<string, string>) => ReturnType<Client['put']>]>([
    ['body', (id, _other, key) => client.put(id, { customField1: 'b' }, key)],
    ['path', (_id, other, key) => client.put(other, { customField1: 'a' }, key)],
    ['query', (id, _other, key) => client.put(`${id}?x=1`, { customField1: 'a' }, key)],
  ])('refuses the key with another %s', async (_name, call) => {
    const [{ id }, other] = [await client.create(), await client.create()];
    const key = keyed();
    await client.put(id, { customField1: 'a' }, key);
    await expectRefused(t, id, () => call(id, other.id, key), 400, 'ERROR_INVALID_PARAMETERS');
  });

  it('decides a refused request anew', async () => {
    const [user, holder] = [await client.create(), await client.create()];
    const key = keyed();
    expectError(await client.put(user.id, { email: holder.email }, key), 409, 'ERROR_USER_ALREADY_EXISTS');
    await client.put(holder.id, { email: '' });
    expect((await client.put(user.id, { email: holder.email }, key)).status).toBe(200);
  });

  it('gives simultaneous duplicates one effect and one answer', async () => {
    const { id } = await client.create();
    const key = keyed();
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.put(id, { customField1: 'a' }, key)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await t.events(id)).toHaveLength(2);
  });

  it('keeps the keys of clients apart, and those of operations', async () => {
    const globex = await clientOf(t, GLOBEX);
    const [mine, theirs] = [await client.create(), await globex.create()];
    const key = keyed();
    expect((await client.put(mine.id, { customField1: 'a' }, key)).status).toBe(200);
    expect((await globex.put(theirs.id, { customField1: 'b' }, key)).json.customField1).toBe('b');
    expect((await client.post(client.body(), key)).status).toBe(200);
  });

  it('counts the legacy headers and the token of a client as one caller', async () => {
    const { id } = await client.create();
    const key = keyed();
    const first = await client.put(id, { customField1: 'a' }, key);
    const { partnerId, clientId, clientSecret } = ACME.ownli;
    const again = await t.send('PUT', `/api/users/${id}`, {
      headers: { ...key, partnerId, clientId, clientSecret },
      body: { customField1: 'a' },
    });
    expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([first.text, 'true']);
  });

  it('does not replay to a caller without credentials', async () => {
    const { id } = await client.create();
    const key = keyed();
    await client.put(id, { customField1: 'a' }, key);
    const call = () => t.send('PUT', `/api/users/${id}`, { headers: key, body: { customField1: 'a' } });
    await expectRefused(t, id, call, 401, 'ERROR_UNAUTHORIZED');
  });

  it('survives a restart', async () => {
    const { id } = await client.create();
    const key = keyed();
    const first = await client.put(id, { customField1: 'a' }, key);
    await t.restart();
    const again = await client.put(id, { customField1: 'a' }, key);
    expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([first.text, 'true']);
  });
});
