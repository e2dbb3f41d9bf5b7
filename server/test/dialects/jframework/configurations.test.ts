import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GLOBEX } from '../../support/setup.ts';
import { ADMIN, Client, codes, EDITOR, type Member, READER, startClient } from './support.ts';

let client: Client;
beforeAll(async () => {
  client = await startClient();
});
afterAll(() => client.tessera.stop());

const THEME = { groupCode: 'ui', code: 'theme', name: 'Theme', value: 'dark', description: 'Colours' };
const PATHS = ['configurations', 'configuration'] as const;

const save = (
  who: { id: string },
  key: string | undefined,
  body: unknown = THEME,
  headers = {},
  path: string = PATHS[0],
) => client.call('POST', `/users/${who.id}/${path}`, { ...(key !== undefined && { key }), body, headers });
const list = async (who: Member, query = '', path: string = PATHS[0]) =>
  (await client.call('GET', `/users/${who.id}/${path}${query}`, { key: who.key })).json.data;
const on = (method: string, who: { id: string }, id: string, key: string, headers = {}, path: string = PATHS[0]) =>
  client.call(method, `/users/${who.id}/${path}/${id}`, { key, headers });

describe.each(PATHS)('/users/{id}/%s', (path) => {
  it('are added, read and removed', async () => {
    // Given
    const who = await client.member();
    const { sequence, version } = await client.tessera.user(who.id);
    // When
    const saved = await save(who, who.key, THEME, {}, path);
    // Then
    expect(saved.status).toBe(201);
    const { id, ...rest } = saved.json.data;
    expect(rest).toEqual({ ...THEME, status: 'Active', isSystem: false });
    expect(await list(who, '', path)).toEqual([saved.json.data]);
    // A client of the vendor means this one to remove it.
    expect((await on('GET', who, id, who.key, {}, path)).json.data).toEqual(saved.json.data);
    expect(await list(who, '', path)).toHaveLength(1);
    const removed = await on('DELETE', who, id, who.key, {}, path);
    expect([removed.status, removed.json.data]).toEqual([200, true]);
    expect(await list(who, '', path)).toEqual([]);
    for (const method of ['GET', 'DELETE']) {
      const gone = await on(method, who, id, who.key, {}, path);
      expect([gone.status, codes(gone)]).toEqual([404, ['ConfigurationNotFound']]);
    }
    expect((await client.gained(who.id, sequence)).map(([type]) => type)).toEqual([
      'user.app_setting_saved',
      'user.app_setting_removed',
    ]);
    expect((await client.tessera.user(who.id)).version).toBe(version);
  });
});

describe('POST /users/{id}/configurations', () => {
  it('given one of the same group and code, then it takes its place; given the same again, then nothing happens', async () => {
    const who = await client.member();
    const first = await save(who, who.key);
    const { sequence } = await client.tessera.user(who.id);
    expect((await save(who, who.key)).json.data).toEqual(first.json.data);
    expect(await client.gained(who.id, sequence)).toEqual([]);
    const changed = await save(who, who.key, { ...THEME, value: 'light', description: null, status: 'Inactive' });
    expect(changed.json.data).toEqual({ ...first.json.data, value: 'light', description: null, status: 'Inactive' });
    expect(await list(who)).toEqual([changed.json.data]);
  });

  it.each([
    [0, 'Inactive'],
    ['0 - Inactive', 'Inactive'],
    ['1 - Active', 'Active'],
    [null, 'Active'],
  ])('given the status %j of older clients, then it is %s', async (status, shown) => {
    const who = await client.member();
    expect((await save(who, who.key, { ...THEME, status })).json.data.status).toBe(shown);
  });

  it.each([
    [{}, ['CodeRequired', 'GroupCodeRequired', 'NameRequired', 'ValueRequired']],
    [{ ...THEME, value: '' }, ['ValueRequired']],
    [{ ...THEME, value: 1, status: 'Off' }, ['InvalidStatus', 'InvalidValue']],
    [
      { ...THEME, code: 'x'.repeat(101), value: '🦊'.repeat(2049), description: 'x'.repeat(501) },
      ['InvalidCode', 'InvalidDescription', 'InvalidValue'],
    ],
  ])('given %j, then it is refused', async (body, expected) => {
    const who = await client.member();
    const response = await save(who, who.key, body);
    expect([response.status, codes(response).sort()]).toEqual([400, expected]);
  });

  it('given as many as there may be, then no more', async () => {
    const who = await client.member();
    for (let n = 0; n < 50; n += 1) expect((await save(who, who.key, { ...THEME, code: `${n}` })).status).toBe(201);
    const response = await save(who, who.key);
    expect([response.status, codes(response)]).toEqual([409, ['TooManyConfigurations']]);
    expect((await save(who, who.key, { ...THEME, code: '7', value: 'x' })).status).toBe(201);
  });
});

it('GET /users/{id}/configurations filters', async () => {
  const who = await client.member();
  await save(who, who.key);
  await save(who, who.key, {
    ...THEME,
    groupCode: 'mail',
    code: 'DAILY',
    name: 'Mails',
    value: 'yes',
    status: 'Inactive',
  });
  await save(who, who.key, { ...THEME, code: 'size', name: 'Size', value: 'Large', description: null });
  const found = async (query: string) => (await list(who, query)).map(({ code }: { code: string }) => code);
  expect(await found('?GroupCode=ui')).toEqual(['theme', 'size']);
  expect(await found('?code=DAILY')).toEqual(['DAILY']);
  expect(await found('?code=daily')).toEqual([]);
  expect(await found('?name=m')).toEqual(['theme', 'DAILY']);
  expect(await found('?VALUE=lARGE')).toEqual(['size']);
  expect(await found('?description=col')).toEqual(['theme', 'DAILY']);
  expect(await found('?status=inactive')).toEqual(['DAILY']);
  expect(await found('?groupCode=ui&status=Active&value=dark')).toEqual(['theme']);
  const wrong = await client.call('GET', `/users/${who.id}/configurations?status=none`, { key: who.key });
  expect([wrong.status, codes(wrong)]).toEqual([400, ['InvalidStatus']]);
});

it('are kept apart by user', async () => {
  const [one, two] = [await client.member(), await client.member()];
  const { id } = (await save(one, one.key)).json.data;
  expect(await list(two)).toEqual([]);
  expect((await on('DELETE', two, id, two.key)).status).toBe(404);
  expect(await list(one)).toHaveLength(1);
});

it.each([
  ['nobody', async (): Promise<string | undefined> => undefined, 401, 401],
  ['another user', async () => (await client.member()).key, 403, 403],
  ['who may read', () => client.keyOf(READER.username, READER.password), 200, 403],
  ['who may update', () => client.keyOf(EDITOR.username, EDITOR.password), 200, 201],
  ['an administrator', () => client.keyOf(ADMIN.username, ADMIN.password), 200, 201],
] as const)('%s reads and writes those of others as it may', async (_name, keyOf, reads, writes) => {
  const who = await client.member();
  const key = await keyOf();
  const before = await client.tessera.events(who.id);
  const read = await client.call('GET', `/users/${who.id}/configurations`, key === undefined ? {} : { key });
  expect(read.status).toBe(reads);
  expect((await save(who, key)).status).toBe(writes);
  if (writes !== 201) expect(await client.tessera.events(who.id)).toEqual(before);
});

it('of users of other brands, or of nobody, are missing', async () => {
  const key = await client.keyOf(ADMIN.username, ADMIN.password);
  const stranger = await new Client(client.tessera, GLOBEX.brandUrl).member();
  for (const id of [stranger.id, '1']) {
    for (const response of [
      await client.call('GET', `/users/${id}/configurations`, { key }),
      await save({ id }, key),
      await on('DELETE', { id }, '1', key),
      await on('GET', { id }, '1', key),
    ]) {
      expect([response.status, codes(response)]).toEqual([404, ['UserNotFound']]);
    }
  }
});

it('given an Idempotency-Key or If-Match, then they are saved once, and at that version', async () => {
  const who = await client.member();
  const headers = { 'idempotency-key': 'configuration-1' };
  const first = await save(who, who.key, THEME, headers);
  await save(who, who.key, { ...THEME, value: 'light' });
  const again = await save(who, who.key, THEME, headers);
  expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([first.text, 'true']);
  expect((await list(who))[0].value).toBe('light');
  expect((await save(who, who.key, { ...THEME, value: 'x' }, headers)).status).toBe(422);
  expect((await save(who, who.key, THEME, { 'if-match': '"9999"' })).status).toBe(412);
  const { id } = first.json.data;
  expect((await on('DELETE', who, id, who.key, { 'if-match': '"9999"' })).status).toBe(412);
  expect((await on('DELETE', who, id, who.key, { 'if-match': '*' })).status).toBe(200);
});
