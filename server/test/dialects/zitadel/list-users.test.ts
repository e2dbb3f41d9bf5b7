import type { JsonObject } from '@bufbuild/protobuf';
import { createServerTransport } from '@zitadel/client/node';
import { createUserServiceClient } from '@zitadel/client/v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserService } from '../../../src/api/zitadel/protocol/user-service.ts';
import { MAX_QUERIES, MAX_VALUES } from '../../../src/api/zitadel/user-query.ts';
import { EMPTY_USER, type User } from '../../../src/core/user/user.ts';
import { ACME, GLOBEX, ROOT } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { DOMAIN_ORG, populate, TEXT_KINDS } from './list-users-population.ts';
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
  plant,
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

const list = (body: unknown, headers: Headers = ADMIN) => tessera.send('POST', '/v2/users', { headers, body });
const idsOf = async (queries: object[], headers: Headers = ROOT_AUTH, more: object = {}): Promise<string[]> => {
  const response = await list({ queries, query: { asc: true }, ...more }, headers);
  expect(response.status, response.text).toBe(200);
  const { details, result = [] } = response.json;
  expect(Number(details.totalResult ?? 0)).toBe(result.length);
  return result.map(({ userId }: { userId: string }) => userId);
};

/** Two who have every text: what is in common, and what is not. */
const ANNA = 'lister-anna';
const OTTO = 'lister-otto';
const ROBOT = 'lister-robot';
const NAMELESS = 'lister-nameless';

const person = (word: string): Partial<User> => ({
  username: `${word}.user`,
  profile: {
    ...EMPTY_USER.profile,
    givenName: `${word}.given`,
    familyName: `${word}.family`,
    nickName: `${word}.nick`,
    displayName: `${word}.display`,
  },
  email: { ...EMPTY_USER.email, value: `${word}@lister.test` },
});

beforeAll(async () => {
  await populate(tessera, 0);
  await plant(tessera, {
    ...person('Anna'),
    id: ANNA,
    state: 'inactive',
    createdAt: 1_600_000_000_000,
    phone: { ...EMPTY_USER.phone, value: '+41791111111' },
    extra: { ...EMPTY_USER.extra, metadata: { team: 'YQ==', level: 'Yg==' } },
  });
  await plant(tessera, {
    ...person('Otto'),
    id: OTTO,
    organizationId: DOMAIN_ORG.id,
    state: 'suspended',
    createdAt: 1_600_000_000_001,
    phone: { ...EMPTY_USER.phone, value: '+41792222222' },
    extra: { ...EMPTY_USER.extra, metadata: { team: 'Yg==', Level: 'YQ==' } },
  });
  const profile = { ...EMPTY_USER.profile, displayName: 'Robot of Globex' };
  await plant(tessera, { id: ROBOT, kind: 'machine', organizationId: GLOBEX.id, username: null, profile });
  await plant(tessera, { id: NAMELESS, organizationId: DOMAIN_ORG.id, username: null });
});

/** What each kind of query finds Anna by. */
const WHOLE: Readonly<Record<keyof typeof TEXT_KINDS, string>> = {
  userNameQuery: 'Anna.user',
  firstNameQuery: 'Anna.given',
  lastNameQuery: 'Anna.family',
  nickNameQuery: 'Anna.nick',
  displayNameQuery: 'Anna.display',
  emailQuery: 'Anna@lister.test',
  phoneQuery: '+41791111111',
  loginNameQuery: 'Anna.user',
};
const KINDS = Object.keys(WHOLE) as (keyof typeof WHOLE)[];

describe.each(KINDS)('%s', (kind) => {
  const whole = WHOLE[kind];
  const find = (value: string, method?: string) =>
    idsOf([
      { [kind]: { [TEXT_KINDS[kind]]: value, ...(method && { method: `TEXT_QUERY_METHOD_${method}` }) } },
      { inUserIdsQuery: { userIds: [ANNA, OTTO] } },
    ]);

  it.each([
    ['EQUALS', whole, whole.slice(0, -1)],
    ['STARTS_WITH', whole.slice(0, 6), whole.slice(1)],
    ['CONTAINS', whole.slice(1, 7), 'nothing of it'],
    ['ENDS_WITH', whole.slice(1), whole.slice(0, -1)],
  ])('%s', async (method, part, other) => {
    expect(await find(part, method)).toEqual([ANNA]);
    expect(await find(part, `${method}_IGNORE_CASE`)).toEqual([ANNA]);
    expect(await find(other, method)).toEqual([]);
    expect(await find(other, `${method}_IGNORE_CASE`)).toEqual([]);
    if (kind === 'phoneQuery') return;
    expect(await find(part.toUpperCase(), method)).toEqual([]);
    expect(await find(part.toUpperCase(), `${method}_IGNORE_CASE`)).toEqual([ANNA]);
  });

  it('is for equals unless it says otherwise', async () => {
    expect(await find(whole)).toEqual([ANNA]);
    expect(await find(whole.slice(0, 6))).toEqual([]);
  });

  it.each(['%', '_', '*'])('takes %s for what it is', async (wildcard) => {
    for (const method of ['EQUALS', 'CONTAINS', 'STARTS_WITH', 'ENDS_WITH']) {
      expect(await find(wildcard, method)).toEqual([]);
    }
  });
});

describe('login names', () => {
  const find = (loginName: string, method = 'EQUALS') =>
    idsOf([{ loginNameQuery: { loginName, method: `TEXT_QUERY_METHOD_${method}` } }]);

  it('end in a domain where the organization says so, whichever of its domains', async () => {
    for (const domain of DOMAIN_ORG.domains) expect(await find(`Otto.user@${domain}`)).toEqual([OTTO]);
    expect(await find('otto.USER@LOGIN.test', 'EQUALS_IGNORE_CASE')).toEqual([OTTO]);
    expect(await find('otto.user@login.test')).toEqual([]);
    expect(await find('Otto.user')).toEqual([]);
    expect(await find('Anna.user@login.test')).toEqual([]);
  });

  it('are found by parts that reach into the domain', async () => {
    expect(await find('Otto.user@oth', 'STARTS_WITH')).toEqual([OTTO]);
    expect(await find('user@login', 'CONTAINS')).toEqual([OTTO]);
    expect(await find('USER@OTHER.login.test', 'ENDS_WITH_IGNORE_CASE')).toEqual([OTTO]);
    expect((await find('@login.test', 'ENDS_WITH')).toSorted()).toEqual([NAMELESS, OTTO]);
    expect((await find('her.login', 'CONTAINS')).toSorted()).toEqual([NAMELESS, OTTO]);
    expect(await find('@login.test', 'STARTS_WITH')).toEqual([]);
  });

  it('are ids where there is no username', async () => {
    expect(await find(ROBOT)).toEqual([ROBOT]);
    expect(await find(`${NAMELESS}@login.test`)).toEqual([NAMELESS]);
    expect(await idsOf([{ userNameQuery: { userName: NAMELESS } }])).toEqual([NAMELESS]);
    // Who has another name is not called by its id.
    expect(await idsOf([{ userNameQuery: { userName: ANNA } }])).toEqual([]);
  });
});

describe('the other kinds', () => {
  const ours = { inUserIdsQuery: { userIds: [ANNA, OTTO, ROBOT] } };
  const find = (...queries: object[]) => idsOf([...queries, ours]);

  it('stateQuery; those who are suspended count as locked, nobody as deleted', async () => {
    const inState = (state: string) => find({ stateQuery: { state: `USER_STATE_${state}` } });
    expect(await inState('ACTIVE')).toEqual([ROBOT]);
    expect(await inState('INACTIVE')).toEqual([ANNA]);
    expect(await inState('LOCKED')).toEqual([OTTO]);
    for (const none of ['INITIAL', 'DELETED', 'UNSPECIFIED']) expect(await inState(none)).toEqual([]);
  });

  it('typeQuery', async () => {
    expect(await find({ typeQuery: { type: 'TYPE_HUMAN' } })).toEqual([ANNA, OTTO]);
    expect(await find({ typeQuery: { type: 'TYPE_MACHINE' } })).toEqual([ROBOT]);
    expect(await find({ typeQuery: {} })).toEqual([]);
  });

  it('organizationIdQuery', async () => {
    expect(await find({ organizationIdQuery: { organizationId: GLOBEX.id } })).toEqual([ROBOT]);
    expect(await find({ organizationIdQuery: { organizationId: 'nowhere' } })).toEqual([]);
  });

  it('inUserIdsQuery and inUserEmailsQuery', async () => {
    expect(await idsOf([{ inUserIdsQuery: { userIds: [OTTO, 'nobody', '', OTTO] } }])).toEqual([OTTO]);
    const emails = (...userEmails: string[]) => find({ inUserEmailsQuery: { userEmails } });
    expect(await emails('Anna@lister.test', 'Otto@lister.test')).toEqual([ANNA, OTTO]);
    expect(await emails('anna@lister.test', 'nobody@lister.test', '')).toEqual([]);
  });

  it('a phone or an e-mail address may be asked for by nothing, which is part of whatever there is', async () => {
    expect(await find({ phoneQuery: { method: 'TEXT_QUERY_METHOD_CONTAINS' } })).toEqual([ANNA, OTTO]);
    expect(await find({ emailQuery: { method: 'TEXT_QUERY_METHOD_STARTS_WITH' } })).toEqual([ANNA, OTTO]);
    expect(await find({ emailQuery: {} })).toEqual([]);
  });

  it('metadataKeyFilter, by every method', async () => {
    const byKey = (key: string, method: string) =>
      find({ metadataKeyFilter: { key, method: `TEXT_FILTER_METHOD_${method}` } });
    expect(await byKey('level', 'EQUALS')).toEqual([ANNA]);
    expect(await byKey('LEVEL', 'EQUALS_IGNORE_CASE')).toEqual([ANNA, OTTO]);
    expect(await byKey('Lev', 'STARTS_WITH')).toEqual([OTTO]);
    expect(await byKey('LEV', 'STARTS_WITH_IGNORE_CASE')).toEqual([ANNA, OTTO]);
    expect(await byKey('eve', 'CONTAINS')).toEqual([ANNA, OTTO]);
    expect(await byKey('EVE', 'CONTAINS')).toEqual([]);
    expect(await byKey('EVE', 'CONTAINS_IGNORE_CASE')).toEqual([ANNA, OTTO]);
    expect(await byKey('level', 'ENDS_WITH')).toEqual([ANNA]);
    expect(await byKey('LEVEL', 'ENDS_WITH_IGNORE_CASE')).toEqual([ANNA, OTTO]);
  });

  it('metadataValueFilter, of any entry or of the one whose key stands beside it', async () => {
    const key = (name: string) => ({ metadataKeyFilter: { key: name } });
    const value = (text: string, method = 'EQUALS') => ({
      metadataValueFilter: { value: text, method: `BYTE_FILTER_METHOD_${method}` },
    });
    expect(await find(value('YQ=='))).toEqual([ANNA, OTTO]);
    expect(await find(value('YQ'))).toEqual([ANNA, OTTO]);
    expect(await find(value('AAAA'))).toEqual([]);
    expect(await find(key('team'), value('YQ=='))).toEqual([ANNA]);
    expect(await find(value('Yg=='), key('team'))).toEqual([OTTO]);
    expect(await find(key('team'), value('YQ==', 'NOT_EQUALS'))).toEqual([OTTO]);
    expect(await find(value('YQ==', 'NOT_EQUALS'))).toEqual([ANNA, OTTO]);
    expect(await find(key('team'), value('YQ=='), key('level'), value('Yg=='))).toEqual([ANNA]);
    expect(await find(key('team'), value('Yg=='), key('level'), value('Yg=='))).toEqual([]);
    // Several values of one entry
    const notBoth = [value('YQ==', 'NOT_EQUALS'), value('Yg==', 'NOT_EQUALS')];
    expect(await find(key('team'), ...notBoth)).toEqual([]);
    // Each group for itself
    const group = (...queries: object[]) => ({ andQuery: { queries } });
    expect(await find(group(key('team'), value('Yg==')), group(value('YQ=='), key('Level')))).toEqual([OTTO]);
    expect(await find({ orQuery: { queries: [key('Level'), value('AAAA')] } })).toEqual([OTTO]);
  });

  it('andQuery, orQuery and notQuery, within each other', async () => {
    const [anna, otto] = [
      { firstNameQuery: { firstName: 'Anna.given' } },
      { emailQuery: { emailAddress: 'Otto@lister.test' } },
    ];
    const inactive = { stateQuery: { state: 'USER_STATE_INACTIVE' } };
    expect(await find({ orQuery: { queries: [anna, otto] } })).toEqual([ANNA, OTTO]);
    expect(await find({ andQuery: { queries: [anna, otto] } })).toEqual([]);
    expect(await find({ andQuery: { queries: [anna, inactive] } })).toEqual([ANNA]);
    // Whoever has no first name has not that one either.
    expect(await find({ notQuery: { query: anna } })).toEqual([OTTO, ROBOT]);
    const either = { orQuery: { queries: [anna, otto] } };
    expect(await find({ notQuery: { query: { andQuery: { queries: [either, inactive] } } } })).toEqual([OTTO, ROBOT]);
  });
});

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

describe('refuses', () => {
  const name = { firstNameQuery: { firstName: 'x' } };
  const nested = (levels: number, kind: 'not' | 'and' | 'or') => {
    let query: JsonObject = name;
    for (let n = 0; n < levels; n += 1) {
      query = kind === 'not' ? { notQuery: { query } } : { [`${kind}Query`]: { queries: [query] } };
    }
    return query;
  };
  const refused = async (queries: unknown, message: string | RegExp) => {
    const { status, json } = await list({ queries });
    expect({ status, code: json.code }).toEqual({ status: 400, code: 3 });
    expect(json.message).toMatch(message);
  };

  it.each(['not', 'and', 'or'] as const)('more than twenty levels of %s', async (kind) => {
    const id = 'USER-zsQ97';
    const message = 'Queries are nested more than 20 levels deep';
    const { grpc } = transportsOf(tessera, ACME.adminPat);
    expect((await list({ queries: [nested(20, kind)] })).status).toBe(200);
    expect(await grpc(UserService.method.listUsers, { queries: [nested(20, kind)] })).toMatchObject({ code: 0 });
    expect(await grpc(UserService.method.listUsers, { queries: [nested(21, kind)] })).toMatchObject({
      code: 3,
      message: `${message} (${id})`,
      details: [{ id, message }],
    });
    // Much more than that is no message at all.
    await refused([nested(30, kind)], /^(proto: The body is|Queries are) nested/);
    const text = JSON.stringify({ queries: [nested(1, kind)] });
    const [start = '', end = ''] = text.slice(12, -2).split(JSON.stringify(name));
    const deep = `{"queries":[${start.repeat(5_000)}${JSON.stringify(name)}${end.repeat(5_000)}]}`;
    expectRefusal(await list(deep), 400, 3, 'proto: The body is nested deeper than 64 levels.');
  });

  it('more than twenty levels in JSON, with the id', async () => {
    const text = 'Queries are nested more than 20 levels deep (USER-zsQ97)';
    expectRefusal(await list({ queries: [nested(21, 'not')] }), 400, 3, text);
  });

  it('lists without an element, wherever they stand', async () => {
    const empty = 'a query over a list needs at least one element';
    for (const query of [
      { inUserIdsQuery: {} },
      { inUserEmailsQuery: { userEmails: [] } },
      { orQuery: {} },
      { andQuery: {} },
      { notQuery: {} },
    ]) {
      await refused([query], empty);
      await refused([{ notQuery: { query: { orQuery: { queries: [name, query] } } } }], empty);
    }
  });

  it('an element without a query', async () => {
    await refused([name, {}], /^invalid ListUsersRequest\.Queries\[1\]: .*SearchQuery\.Query: value is required$/);
    await refused([{ orQuery: { queries: [{}] } }], /OrQuery\.Queries\[0\].*value is required$/);
    await refused([{ nameQuery: { name: 'x' } }], /value is required$/);
  });

  it('too many queries, and too many values', async () => {
    const many = (count: number) => Array.from({ length: count }, () => name);
    expect((await list({ queries: many(MAX_QUERIES) })).status).toBe(200);
    await refused(many(MAX_QUERIES + 1), `a list takes at most ${MAX_QUERIES} queries`);
    await refused([{ orQuery: { queries: many(MAX_QUERIES) } }], /at most/);
    await refused([{ metadataKeyFilter: { key: 'k' } }, ...many(MAX_QUERIES)], /at most/);
    const ids = (count: number) => ({ inUserIdsQuery: { userIds: Array.from({ length: count }, String) } });
    expect((await list({ queries: [ids(MAX_VALUES)] })).status).toBe(200);
    await refused([ids(MAX_VALUES), ids(1)], `the queries of a list take at most ${MAX_VALUES} values`);
  });

  it('what breaks a field rule', async () => {
    const long = 'x'.repeat(201);
    await refused([{ userNameQuery: {} }], /UserName: value length must be between 1 and 200 runes/);
    await refused([{ emailQuery: { emailAddress: long } }], /EmailAddress: value length must be at most 200 runes/);
    await refused([{ phoneQuery: { number: '1'.repeat(21) } }], /Number: value length must be at most 20 runes/);
    await refused([{ firstNameQuery: { firstName: 'x', method: 99 } }], /one of the defined enum values/);
    await refused([{ stateQuery: { state: 99 } }], /one of the defined enum values/);
    await refused([{ typeQuery: { type: 3 } }], /one of the defined enum values/);
    await refused([{ organizationIdQuery: {} }], /between 1 and 200 runes/);
    await refused([{ metadataKeyFilter: { key: long } }], /at most 200 runes/);
    await refused([{ metadataValueFilter: { value: Buffer.alloc(201).toString('base64') } }], /at most 200 bytes/);
    await refused([{ metadataValueFilter: { value: 'eA==', method: 2 } }], /one of the defined enum values/);
    await refused([{ ...name, stateQuery: {} }], /^proto: oneof .* is already set/);
    await refused('x', /^proto: /);
    expect((await list('{')).status).toBe(400);
    expect((await list({ query: { limit: -1 } })).status).toBe(400);
  });

  it('nothing that has a meaning elsewhere: unknown names and columns', async () => {
    const asked = { queries: [{ ...name, other: 1 }], sortingColumn: 99, other: 1 };
    expect((await list(asked)).status).toBe(200);
    expect((await tessera.send('POST', '/v2/users', { headers: ADMIN })).status).toBe(200);
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
