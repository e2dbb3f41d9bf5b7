import type { JsonObject } from '@bufbuild/protobuf';
import { afterAll, describe, expect, it } from 'vitest';
import { UserService } from '../../../src/api/zitadel/protocol/user-service.ts';
import { MAX_QUERIES, MAX_VALUES } from '../../../src/api/zitadel/user-query.ts';
import { ACME } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { listCalls } from './list-users-support.ts';
import { ADMIN, expectRefusal, zitadelSetup } from './support.ts';
import { transportsOf } from './transports.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());
const { list } = listCalls(tessera);

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
