import { createServerTransport } from '@zitadel/client/node';
import { createUserServiceClient } from '@zitadel/client/v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserService } from '../../../src/api/zitadel/protocol/user-service.ts';
import { GLOBEX, ROOT } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { ANNA, listCalls, OTTO, plantListed, ROBOT } from './list-users-support.ts';
import {
  ADMIN,
  addUser,
  bearer,
  END,
  END_USER,
  expectRefusal,
  type Headers,
  MANAGE,
  MANAGER,
  ROOT_AUTH,
  SELF_DELETER,
  setState,
  update,
  VIEWER,
  zitadelSetup,
} from './support.ts';
import { TRANSPORTS, transportsOf } from './transports.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());
const { list, idsOf } = listCalls(tessera);
beforeAll(() => plantListed(tessera));

describe('the answer', () => {
  it('shows humans and machines as GetUserByID does, and how up to date it is', async () => {
    const before = Date.now();
    const id = await addUser(tessera, { metadata: [{ key: 'a', value: 'eA==' }] });
    const queries = [{ inUserIdsQuery: { userIds: [id, ROBOT] } }];
    const { headers, json } = await list(
      { queries, sortingColumn: 'USER_FIELD_NAME_TYPE', query: { asc: true } },
      ROOT_AUTH,
    );
    const read = async (one: string) =>
      (await tessera.send('GET', `/v2/users/${one}`, { headers: ROOT_AUTH })).json.user;
    expect(json.result).toEqual([await read(id), await read(ROBOT)]);
    expect(json.sortingColumn).toBeUndefined();
    const { sequence } = await tessera.user(id);
    expect(json.details).toEqual({
      totalResult: '2',
      processedSequence: String(sequence),
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(Date.parse(json.details.timestamp)).toBeGreaterThanOrEqual(before);
    expect(headers.get('etag')).toBeNull();
  });

  it('of nobody has no total, but still a time', async () => {
    const { status, json } = await list({ queries: [{ inUserIdsQuery: { userIds: ['nobody'] } }] });
    expect({ status, json }).toEqual({ status: 200, json: { details: { timestamp: expect.any(String) } } });
  });

  it('knows every change that was acknowledged, and forgets who was deleted', async () => {
    const id = await addUser(tessera);
    const byName = (firstName: string) => idsOf([{ firstNameQuery: { firstName } }], ADMIN);
    for (let n = 0; n < 10; n += 1) {
      const givenName = `Renamed ${id} ${n}`;
      expect((await update(tessera, id, { profile: { givenName, familyName: 'Mouse' } })).status).toBe(200);
      expect(await byName(givenName)).toEqual([id]);
      expect(await byName(`Renamed ${id} ${n - 1}`)).toEqual([]);
    }
    await setState(tessera, id, 'locked');
    expect(
      await idsOf([{ inUserIdsQuery: { userIds: [id] } }, { stateQuery: { state: 'USER_STATE_LOCKED' } }]),
    ).toEqual([id]);
    await tessera.send('DELETE', `/v2/users/${id}`, { headers: ADMIN });
    expect(await idsOf([{ inUserIdsQuery: { userIds: [id] } }])).toEqual([]);
  });

  it('is in order by id, downwards, and a thousand long at most', async () => {
    const { json } = await list({}, ROOT_AUTH);
    const ids = json.result.map(({ userId }: { userId: string }) => userId);
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect(ids.length).toBe(Number(json.details.totalResult));
    expect((await list({ query: { limit: 1_000 } })).status).toBe(200);
    expectRefusal(await list({ query: { limit: 1_001 } }), 400, 3, 'a list has at most 1000 entries');
  });

  it('far behind the last one is empty, with the true total', async () => {
    const { json } = await list({ query: { offset: '18446744073709551615', limit: 5 } });
    expect(json.result).toBeUndefined();
    expect(Number(json.details.totalResult)).toBeGreaterThan(4);
  });
});

describe('who sees whom', () => {
  const ours = [{ inUserIdsQuery: { userIds: [ANNA, OTTO, ROBOT, END_USER.id, MANAGER.id, ROOT.id] } }];

  it.each([
    ['an administrator of the instance', ROOT_AUTH, [ROOT.id, END_USER.id, MANAGER.id, ANNA, OTTO, ROBOT]],
    ['an owner', ADMIN, [END_USER.id, MANAGER.id, ANNA]],
    ['a manager', MANAGE, [END_USER.id, MANAGER.id, ANNA]],
    ['a viewer', VIEWER, [END_USER.id, MANAGER.id, ANNA]],
    ['an owner elsewhere', bearer(GLOBEX.adminPat), [ROBOT]],
    ['a person: itself', END, [END_USER.id]],
    ['another person: not these', bearer(SELF_DELETER.pat), []],
  ])('%s', async (_who, headers, expected) => {
    expect(await idsOf(ours, headers)).toEqual(expected);
  });

  it('its own row has to meet the queries like any other', async () => {
    expect(await idsOf([{ typeQuery: { type: 'TYPE_MACHINE' } }], END)).toEqual([]);
    expect(await idsOf([{ organizationIdQuery: { organizationId: GLOBEX.id } }], END)).toEqual([]);
    expect(await idsOf([], END)).toEqual([END_USER.id]);
  });

  it('totals and pages are of what is seen', async () => {
    const { json } = await list({ query: { limit: 1 } }, END);
    expect(json.details.totalResult).toBe('1');
    const seen = await idsOf([], ADMIN);
    expect(seen).not.toContain(OTTO);
    expect(seen).toContain(ANNA);
  });

  it('nobody asks without a token', async () => {
    expectRefusal(await list({}, {}), 401, 16, 'auth header missing');
    expectRefusal(await list({ queries: [{}] }, bearer('garbage')), 401, 16, 'Errors.Token.Invalid (AUTH-7fs1e)');
  });

  it('the organization one acts in makes no difference, as long as there is one', async () => {
    const acting = (headers: Headers, id: string) => idsOf(ours, { ...headers, 'x-zitadel-orgid': id });
    expect(await acting(ROOT_AUTH, GLOBEX.id)).toEqual(await idsOf(ours, ROOT_AUTH));
    expect(await acting(ADMIN, GLOBEX.id)).toEqual(await idsOf(ours, ADMIN));
    const unknown = await list({}, { ...ADMIN, 'x-zitadel-orgid': 'nowhere' });
    expectRefusal(unknown, 403, 7, "Organisation doesn't exist (AUTH-Bs7Ds)");
  });
});
describe('over other transports', () => {
  it.each(TRANSPORTS)('%s answers the same', async (transport) => {
    const call = transportsOf(tessera, ROOT.pat)[transport];
    const metadataKeyFilter = { key: 'team' };
    const queries = [{ metadataKeyFilter }, { metadataValueFilter: { value: 'YQ==' } }];
    const outcome = await call(UserService.method.listUsers, { queries, query: { asc: true } });
    expect(outcome).toMatchObject({ code: 0, details: { details: { totalResult: '1' }, result: [{ userId: ANNA }] } });
    const refused = await call(UserService.method.listUsers, { queries: [{ orQuery: {} }] });
    expect(refused).toMatchObject({ code: 3, message: 'a query over a list needs at least one element' });
  });

  it('the official client', async () => {
    const client = createUserServiceClient(createServerTransport(ROOT.pat, { baseUrl: tessera.url }));
    const { details, result } = await client.listUsers({
      query: { limit: 2, asc: true },
      queries: [{ query: { case: 'inUserIdsQuery', value: { userIds: [ANNA, OTTO, ROBOT] } } }],
    });
    expect(details?.totalResult).toBe(3n);
    expect(result.map(({ userId }) => userId)).toEqual([ANNA, OTTO]);
    // What JSON refuses at the door is refused in binary too.
    const odd = { organizationIdQuery: { organizationId: 'a\0b' }, inUserIdsQuery: { userIds: ['a\0b'] } } as const;
    for (const [name, value] of Object.entries(odd)) {
      const query = { case: name, value } as NonNullable<Parameters<typeof client.listUsers>[0]['queries']>[0]['query'];
      await expect(client.listUsers({ queries: [{ query: query as never }] })).rejects.toMatchObject({ code: 3 });
    }
  });
});
