import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import {
  ADMIN,
  addUser,
  bearer,
  END,
  END_USER,
  eventTypes,
  expectRefusal,
  type Headers,
  leavesNoTrace,
  MANAGE,
  VIEWER,
  zitadelSetup,
} from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const entry = (key: string, value = key) => ({ key, value: base64(value) });

let id = '';
beforeEach(async () => {
  id = await addUser(tessera, { metadata: [entry('color', 'red')] });
});
const set = (metadata: object[], headers: Headers = ADMIN, user = id) =>
  tessera.send('POST', `/v2/users/${user}/metadata`, { headers, body: { metadata } });
const list = (body: object = {}, headers: Headers = ADMIN, user = id) =>
  tessera.send('POST', `/v2/users/${user}/metadata/search`, { headers, body });
const remove = (keys: string[], headers: Headers = ADMIN, user = id) =>
  tessera.send(
    'DELETE',
    `/v2/users/${user}/metadata?${keys.map((key) => `keys=${encodeURIComponent(key)}`).join('&')}`,
    {
      headers,
    },
  );
const keysOf = async (body: object): Promise<string[]> => {
  const { status, text, json } = await list(body);
  expect(status, text).toBe(200);
  return (json.metadata ?? []).map(({ key }: { key: string }) => key);
};

describe('SetUserMetadata', () => {
  it('sets some, keeps the others, and moves no version', async () => {
    const response = await set([entry('size', 'XL'), entry(' shape ', 'round')]);
    expect(response.status, response.text).toBe(200);
    expect(Object.keys(response.json)).toEqual(['setDate']);
    expect(response.headers.get('etag')).toBe('"1"');
    expect((await tessera.user(id)).extra.metadata).toEqual({
      color: base64('red'),
      size: base64('XL'),
      shape: base64('round'),
    });
    expect(await eventTypes(tessera, id)).toEqual(['user.created', 'user.metadata_changed']);
  });

  it('the same value is no change, an empty one removes, an unknown key is ignored', async () => {
    await leavesNoTrace(tessera, id, async () => {
      expect((await set([entry('color', 'red'), { key: 'unknown', value: '' }])).status).toBe(200);
    });
    expect((await set([{ key: 'color' }])).status).toBe(200);
    expect((await tessera.user(id)).extra.metadata).toEqual({});
  });

  it('two calls at once lose nothing of each other', async () => {
    const keys = Array.from({ length: 20 }, (_, n) => `key${n}`);
    await Promise.all(keys.map((key) => set([entry(key)])));
    expect(Object.keys((await tessera.user(id)).extra.metadata).sort()).toEqual(['color', ...keys].sort());
  });

  it('refuses an empty list, a blank key, and what breaks the rules', async () => {
    expectRefusal(await set([]), 400, 9, 'Metadata list is empty (META-9mm2d)');
    expectRefusal(await set([{ key: ' ', value: 'eA==' }]), 400, 3, 'Metadata is invalid (META-2m00f)');
    expect((await set([{ key: '', value: 'eA==' }])).json.message).toContain('Metadata.Key: value length');
    const long = await set([{ key: 'k', value: Buffer.alloc(500_001).toString('base64') }]);
    expect(long.json.message).toContain('Metadata.Value: value length must be at most 500000 bytes');
    expect((await set([{ key: 'k', value: Buffer.alloc(500_000).toString('base64') }])).status).toBe(200);
  });

  it('has an end', async () => {
    const value = Buffer.alloc(500_000).toString('base64');
    for (let n = 0; n < 6; n += 1) expect((await set([{ key: `k${n}`, value }])).status).toBe(200);
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(await set([{ key: 'k6', value }]), 400, 3, 'Metadata is invalid (META-2m00f)'),
    );
  });

  it('machines have it too', async () => {
    const body = { organizationId: ACME.id, machine: { name: 'Robot' } };
    const { json } = await tessera.send('POST', '/v2/users/new', { headers: ADMIN, body });
    expect((await set([entry('a')], ADMIN, json.id)).status).toBe(200);
    expect((await list({}, ADMIN, json.id)).json.metadata).toHaveLength(1);
  });
});

describe('DeleteUserMetadata', () => {
  it('removes all of its keys or none', async () => {
    await set([entry('a'), entry('b')]);
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(await remove(['a', 'unknown']), 404, 5, 'One or more keys do not exist (META-2nnds)'),
    );
    const response = await remove(['a', 'b']);
    expect(response.status, response.text).toBe(200);
    expect(Object.keys(response.json)).toEqual(['deletionDate']);
    expect(Object.keys((await tessera.user(id)).extra.metadata)).toEqual(['color']);
  });

  it('refuses an empty list and a key that every object has', async () => {
    expectRefusal(await remove([]), 400, 9, 'Metadata list is empty (META-9mm2d)');
    expectRefusal(await remove(['__proto__']), 404, 5, 'One or more keys do not exist (META-2nnds)');
  });

  it('of nobody', async () => {
    expectRefusal(await remove(['a'], ADMIN, 'unknown'), 404, 5, 'User could not be found (COMMAND-ugjs0upun6)');
  });
});

describe('who may write', () => {
  it.each<[string, Headers, number]>([
    ['oneself', END, 404],
    ['a viewer', VIEWER, 403],
    ['another organization', bearer(GLOBEX.adminPat), 404],
    ['a manager', MANAGE, 200],
  ])('%s: %i', async (_who, headers, status) => {
    await set([entry('there')], ADMIN, END_USER.id);
    const answers = [await set([entry('a')], headers, END_USER.id), await remove(['there'], headers, END_USER.id)];
    expect(answers.map((answer) => answer.status)).toEqual([status, status]);
  });

  it('whether a key is there is not told to those who may not', async () => {
    expectRefusal(await remove(['unknown'], VIEWER), 403, 7, 'No matching permissions found (AUTH-AWfge)');
  });
});

describe('ListUserMetadata', () => {
  beforeEach(async () => {
    await set([entry('Apple'), entry('apricot'), entry('pear')]);
  });

  it('shows values and dates, in the order of the keys', async () => {
    const { json } = await list({ pagination: { asc: true } });
    expect(json.pagination).toEqual({ totalResult: '4', appliedLimit: '100' });
    expect(json.metadata.map(({ key }: { key: string }) => key)).toEqual(['Apple', 'apricot', 'color', 'pear']);
    const [first] = json.metadata;
    expect(first).toEqual({
      key: 'Apple',
      value: base64('Apple'),
      creationDate: expect.any(String),
      changeDate: expect.any(String),
    });
    expect(await keysOf({})).toEqual(['pear', 'color', 'apricot', 'Apple']);
  });

  it('a changed entry keeps its creation date', async () => {
    const dates = async () => (await list({ filters: [{ keyFilter: { key: 'color' } }] })).json.metadata[0];
    const before = await dates();
    await set([entry('color', 'blue')]);
    const after = await dates();
    expect(after.creationDate).toBe(before.creationDate);
    expect(Date.parse(after.changeDate)).toBeGreaterThan(Date.parse(before.changeDate));
  });

  it.each([
    ['EQUALS', 'apricot', ['apricot']],
    ['EQUALS_IGNORE_CASE', 'APPLE', ['Apple']],
    ['STARTS_WITH', 'ap', ['apricot']],
    ['STARTS_WITH_IGNORE_CASE', 'AP', ['Apple', 'apricot']],
    ['CONTAINS', 'p', ['Apple', 'apricot', 'pear']],
    ['CONTAINS_IGNORE_CASE', 'PR', ['apricot']],
    ['ENDS_WITH', 'r', ['color', 'pear']],
    ['ENDS_WITH_IGNORE_CASE', 'LE', ['Apple']],
  ])('%s %s', async (method, key, expected) => {
    const filters = [{ keyFilter: { key, method: `TEXT_FILTER_METHOD_${method}` } }];
    expect(await keysOf({ filters, pagination: { asc: true } })).toEqual(expected);
  });

  it('filters all at once, and pages', async () => {
    const keyFilter = (key: string) => ({ keyFilter: { key, method: 'TEXT_FILTER_METHOD_CONTAINS' } });
    expect(await keysOf({ filters: [keyFilter('p'), keyFilter('r')], pagination: { asc: true } })).toEqual([
      'apricot',
      'pear',
    ]);
    expect(await keysOf({ pagination: { asc: true, offset: 1, limit: 2 } })).toEqual(['apricot', 'color']);
    const { json } = await list({ pagination: { limit: 1 } });
    expect(json.pagination).toEqual({ totalResult: '4', appliedLimit: '1' });
    expect((await list({ pagination: { limit: 1000 } })).status).toBe(200);
    expectRefusal(await list({ pagination: { limit: 1001 } }), 400, 3, 'a list has at most 1000 entries');
    expect((await list({ filters: [{}] })).json.message).toContain('MetadataSearchFilter.Filter: value is required');
  });

  it.each<[string, Headers, number]>([
    ['oneself', END, 200],
    ['a viewer', VIEWER, 200],
    ['another organization', bearer(GLOBEX.adminPat), 404],
  ])('%s: %i', async (_who, headers, status) => {
    expect((await list({}, headers, END_USER.id)).status).toBe(status);
  });

  it('of others needs the right', async () => {
    expectRefusal(await list({}, END), 404, 5, 'membership not found (AUTHZ-cdgFk)');
    expectRefusal(await list({}, ADMIN, 'unknown'), 404, 5, 'User could not be found (COMMAND-ugjs0upun6)');
  });
});
