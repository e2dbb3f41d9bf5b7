import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, expectError, expectRefused } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

describe('PUT /api/users/:userId with If-Match', () => {
  it.each(['"1"', 'W/"1"', '*', '"7", "1"'])('changes a record that matches %s', async (tag) => {
    const { id } = await client.create();
    const response = await client.put(id, { firstName: 'X' }, { 'if-match': tag });
    expect([response.status, response.headers.get('etag')]).toEqual([200, '"2"']);
  });

  it.each(['"2"', '"0"', '"other"', '"01"'])('refuses when the record does not match %s', async (tag) => {
    const { id } = await client.create();
    const call = () => client.put(id, { firstName: 'X' }, { 'if-match': tag });
    await expectRefused(t, id, call, 412, 'ERROR_PRECONDITION_FAILED');
  });

  it('refuses a stale tag even when nothing would change', async () => {
    const { id } = await client.create();
    await expectRefused(t, id, () => client.put(id, {}, { 'if-match': '"9"' }), 412, 'ERROR_PRECONDITION_FAILED');
  });

  it('comes before bad values, and these before a missing user', async () => {
    const { id } = await client.create();
    const stale = { 'if-match': '"9"' };
    await expectRefused(t, id, () => client.put(id, { firstName: '' }, stale), 412, 'ERROR_PRECONDITION_FAILED');
    await expectRefused(t, id, () => client.put(id, { firstName: 1 }, stale), 400, 'ERROR_INVALID_PARAMETERS');
    expectError(await client.put('1', { firstName: '' }, stale), 400, 'ERROR_INVALID_PARAMETERS');
    expectError(await client.put('1', { firstName: 'X' }, stale), 404, 'ERROR_USER_NOT_FOUND');
  });

  it('lets one of two readers win', async () => {
    const { id } = await client.create();
    const tag = (await client.get(id)).headers.get('etag') ?? '';
    const answers = await Promise.all(
      ['A', 'B'].map((firstName) => client.put(id, { firstName }, { 'if-match': tag })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(await t.events(id)).toHaveLength(2);
  });

  it('keeps a tag good when the record did not change', async () => {
    const { id } = await client.create();
    const same = await client.put(id, { firstName: 'Jo' });
    expect(same.headers.get('etag')).toBe('"1"');
    expect((await client.put(id, { firstName: 'Y' }, { 'if-match': '"1"' })).status).toBe(200);
  });
});
