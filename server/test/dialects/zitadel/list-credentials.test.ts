import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMPTY_USER } from '../../../src/core/user/user.ts';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { addKey, addMachine, addPat, later } from './machine-support.ts';
import { ADMIN, bearer, END, expectRefusal, type Headers, MANAGE, ROOT_AUTH, VIEWER, zitadelSetup } from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const HOUR = 3_600_000;
const machines: string[] = [];
let own: Headers;
let foreign = '';
const pats: string[] = [];
const keys: string[] = [];

beforeAll(async () => {
  machines.push(await addMachine(tessera), await addMachine(tessera));
  foreign = await addMachine(tessera, { organizationId: GLOBEX.id });
  for (const [n, id] of [machines[0], machines[1], machines[0]].entries()) {
    pats.push((await addPat(tessera, id ?? '', later(HOUR * (3 - n)))).tokenId);
    keys.push((await addKey(tessera, id ?? '', later(HOUR * (3 - n)))).keyId);
  }
  own = bearer((await addPat(tessera, machines[1] ?? '', later(10 * HOUR))).token);
  const headers = bearer(GLOBEX.adminPat);
  const body = { expirationDate: later() };
  const added = await tessera.send('POST', `/v2/users/${foreign}/pats`, { headers, body });
  expect(added.status, added.text).toBe(200);
});

const LISTS = {
  ListKeys: {
    path: '/v2/users/keys/search',
    ids: keys,
    idFilter: 'keyIdFilter',
    expiry: 'KEY_FIELD_NAME_KEY_EXPIRATION_DATE',
  },
  ListPersonalAccessTokens: {
    path: '/v2/users/pats/search',
    ids: pats,
    idFilter: 'tokenIdFilter',
    expiry: 'PERSONAL_ACCESS_TOKEN_FIELD_NAME_EXPIRATION_DATE',
  },
};

describe.each(Object.entries(LISTS))('%s', (_name, { path, ids, idFilter, expiry }) => {
  const list = (body: object, headers: Headers = ADMIN) => tessera.send('POST', path, { headers, body });
  const idsOf = async (body: object, headers?: Headers): Promise<string[]> => {
    const response = await list(body, headers);
    expect(response.status, response.text).toBe(200);
    return (response.json.result ?? []).map(({ id }: { id: string }) => id).filter((id: string) => ids.includes(id));
  };
  const oldestFirst = { pagination: { asc: true } };

  it('shows dates and owners, newest first, and never what they prove themselves with', async () => {
    const response = await list({});
    const found = response.json.result.find(({ id }: { id: string }) => id === ids[0]);
    expect(found).toEqual({
      id: ids[0],
      userId: machines[0],
      organizationId: ACME.id,
      creationDate: expect.any(String),
      changeDate: found.creationDate,
      expirationDate: expect.any(String),
    });
    expect(await idsOf({})).toEqual([...ids].reverse());
    expect(response.headers.get('etag')).toBeNull();
    expect(response.json.pagination.appliedLimit).toBe('100');
    expect(response.text).not.toMatch(/digest|PUBLIC|tessera_/);
  });

  it('filters by each field, and by all at once', async () => {
    expect(await idsOf({ filters: [{ [idFilter]: { id: ids[1] } }] })).toEqual([ids[1]]);
    expect(await idsOf({ filters: [{ userIdFilter: { id: machines[0] } }], ...oldestFirst })).toEqual([ids[0], ids[2]]);
    expect(await idsOf({ filters: [{ organizationIdFilter: { id: ACME.id } }] })).toHaveLength(3);
    expect(await idsOf({ filters: [{ organizationIdFilter: { id: GLOBEX.id } }] })).toEqual([]);
    const [, second] = (await tessera.user(machines[0] ?? '')).credentials[path.includes('keys') ? 'keys' : 'tokens'];
    const createdAt = new Date(second?.createdAt ?? 0).toISOString();
    const created = (method: string) => ({
      filters: [{ createdDateFilter: { timestamp: createdAt, method: `TIMESTAMP_FILTER_METHOD_${method}` } }],
      ...oldestFirst,
    });
    expect(await idsOf(created('EQUALS'))).toEqual([ids[2]]);
    expect(await idsOf(created('AFTER'))).toEqual([]);
    expect(await idsOf(created('AFTER_OR_EQUALS'))).toEqual([ids[2]]);
    expect(await idsOf(created('BEFORE'))).toEqual([ids[0], ids[1]]);
    expect(await idsOf(created('BEFORE_OR_EQUALS'))).toEqual(ids);
    const before = { timestamp: later(2.5 * HOUR), method: 'TIMESTAMP_FILTER_METHOD_BEFORE' };
    const soon = { expirationDateFilter: before };
    expect(await idsOf({ filters: [soon, { userIdFilter: { id: machines[0] } }] })).toEqual([ids[2]]);
    // Finer than what is kept
    const finer = createdAt.replace('Z', '5Z');
    const after = (method: string) => ({
      filters: [{ createdDateFilter: { timestamp: finer, method: `TIMESTAMP_FILTER_METHOD_${method}` } }],
    });
    expect(await idsOf(after('EQUALS'))).toEqual([]);
    expect(await idsOf(after('AFTER_OR_EQUALS'))).toEqual([]);
    expect(await idsOf(after('BEFORE'))).toHaveLength(3);
  });

  it('of filters that exclude each other is empty', async () => {
    const filters = [{ userIdFilter: { id: machines[0] } }, { userIdFilter: { id: machines[1] } }];
    expect((await list({ filters })).json).toEqual({ pagination: { appliedLimit: '100' } });
  });

  it('sorts, and shows pages whose total is that of all', async () => {
    const byExpiry = { sortingColumn: expiry, pagination: { asc: true } };
    expect(await idsOf(byExpiry)).toEqual([...ids].reverse());
    const filters = [{ userIdFilter: { id: machines[0] } }];
    const first = await list({ filters, pagination: { limit: 1, offset: '1', asc: true } });
    expect(first.json.pagination).toEqual({ totalResult: '2', appliedLimit: '1' });
    expect(first.json.result.map(({ id }: { id: string }) => id)).toEqual([ids[2]]);
    const far = await list({ filters, pagination: { offset: '18446744073709551615' } });
    expect(far.json).toEqual({ pagination: { totalResult: '2', appliedLimit: '100' } });
  });

  it('shows those of users whom the caller may read, and its own', async () => {
    const all = { pagination: { asc: true } };
    for (const headers of [ADMIN, MANAGE, VIEWER, ROOT_AUTH]) expect(await idsOf(all, headers)).toEqual(ids);
    expect(await idsOf(all, own)).toEqual([ids[1]]);
    expect(await idsOf({ ...all, filters: [{ userIdFilter: { id: machines[0] } }] }, own)).toEqual([]);
    expect(await idsOf(all, END)).toEqual([]);
    expect(await idsOf(all, bearer(GLOBEX.adminPat))).toEqual([]);
    const everything = await list(all, ROOT_AUTH);
    const owners = new Set(everything.json.result.map(({ userId }: { userId: string }) => userId));
    expect(owners.has(foreign)).toBe(path.includes('pats'));
    expectRefusal(await list(all, {}), 401, 16, 'auth header missing');
  });

  it('refuses what is no list', async () => {
    const status = async (body: object) => (await list(body)).status;
    expect(await status({ pagination: { limit: 1_001 } })).toBe(400);
    expect(await status({ pagination: { limit: 1_000 } })).toBe(200);
    expect(await status({ filters: [{}] })).toBe(400);
    expect(await status({ filters: [{ userIdFilter: { id: 'x'.repeat(201) } }] })).toBe(400);
    expect(await status({ filters: [{ createdDateFilter: {} }] })).toBe(400);
    expect(await status({ sortingColumn: 99 })).toBe(400);
  });
});

it('follow deletion', async () => {
  const id = await addMachine(tessera, { membership: EMPTY_USER.membership });
  const { tokenId } = await addPat(tessera, id);
  const found = async () => {
    const body = { filters: [{ tokenIdFilter: { id: tokenId } }] };
    return (await tessera.send('POST', '/v2/users/pats/search', { headers: ADMIN, body })).json.pagination.totalResult;
  };
  expect(await found()).toBe('1');
  await tessera.send('DELETE', `/v2/users/${id}`, { headers: ADMIN });
  expect(await found()).toBeUndefined();
});
