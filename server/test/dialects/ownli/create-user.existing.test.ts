import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testSetup } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, expectError, fresh, traceOf } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

const FLAG = '?returnExistingUserIfExists=true';

describe('POST /api/users?returnExistingUserIfExists=true', () => {
  it.each(['email', 'phone'] as const)('answers the holder of the %s, unchanged', async (name) => {
    const holder = await client.create({ customField1: 'kept' });
    const before = await traceOf(t, holder.id);
    const response = await client.post(client.body({ [name]: holder[name], firstName: 'Other' }), {}, FLAG);
    expect([response.status, response.json]).toEqual([200, holder]);
    expect(response.headers.get('etag')).toBe('"1"');
    expect(await traceOf(t, holder.id)).toEqual(before);
  });

  it('answers the one holder of both, in whatever letter case', async () => {
    const holder = await client.create();
    const body = client.body({ email: String(holder.email).toUpperCase(), phone: holder.phone });
    expect((await client.post(body, {}, FLAG)).json).toEqual(holder);
  });

  it('creates when nobody holds either', async () => {
    const body = client.body();
    const response = await client.post(body, {}, FLAG);
    expect(response.json).toMatchObject({ phone: body.phone, email: body.email });
  });

  it('answers 409 when address and number belong to two users', async () => {
    const [one, two] = [await client.create(), await client.create()];
    const response = await client.post(client.body({ email: one.email, phone: two.phone }), {}, FLAG);
    expectError(response, 409, 'ERROR_USER_ALREADY_EXISTS');
  });

  it('still refuses what is malformed', async () => {
    const holder = await client.create();
    const response = await client.post(client.body({ phone: holder.phone, firstName: '' }), {}, FLAG);
    expectError(response, 400, 'ERROR_INVALID_PARAMETERS');
  });

  it('keeps the answer under the idempotency key', async () => {
    const holder = await client.create();
    const body = client.body({ phone: holder.phone });
    const key = { 'idempotency-key': `existing-${fresh()}` };
    const first = await client.post(body, key, FLAG);
    await client.put(holder.id, { customField1: 'later' });
    const again = await client.post(body, key, FLAG);
    expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([first.text, 'true']);
  });

  it('gives everybody in a race the same user', async () => {
    const { phone } = client.body();
    const bodies = Array.from({ length: 20 }, () => client.body({ phone }));
    const answers = await Promise.all(bodies.map((body) => client.post(body, {}, FLAG)));
    expect(new Set(answers.map(({ status, json }) => `${status} ${json.id}`)).size).toBe(1);
  });
});

it('creates two users with one address where the organization does not make it unique', async () => {
  const other = await startTessera(
    testSetup(({ organizations: [acme] }) => {
      acme.unique = [];
    }),
  );
  const plain = await clientOf(other);
  const body = plain.body();
  const [first, second] = [await plain.post(body), await plain.post(body, {}, FLAG)];
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.json.id).not.toBe(first.json.id);
  await other.stop();
});
