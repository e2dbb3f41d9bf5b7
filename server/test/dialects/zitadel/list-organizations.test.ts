import { Code } from '@connectrpc/connect';
import { OrganizationService } from '@zitadel/proto/zitadel/org/v2/org_service_pb';
import { afterAll, describe, expect, it } from 'vitest';
import { BUILT_IN_ORGANIZATION } from '../../../src/core/values/built-in.ts';
import { startBeside } from '../../support/configure.ts';
import { ACME, GLOBEX, ROOT } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import {
  ADMIN,
  bearer,
  END,
  END_USER,
  expectRefusal,
  type Headers,
  MANAGE,
  ROOT_AUTH,
  VIEWER,
  zitadelSetup,
} from './support.ts';
import { TRANSPORTS, transportsOf } from './transports.ts';

const INSTANCE_VIEWER = 'instance-viewer-pat-00';
const setup = zitadelSetup(({ instance, organizations }) => {
  instance.users = [
    {
      username: 'instance.viewer',
      givenName: 'In',
      familyName: 'Stance',
      roles: ['IAM_OWNER_VIEWER'],
      personalAccessToken: INSTANCE_VIEWER,
    },
  ];
  organizations.push(
    { id: '300000000000000003', name: 'acme two', zitadel: { domains: ['two.test', 'zwei.test'] } },
    { id: '300000000000000004', name: 'Without Zitadel' },
  );
});
const tessera = await startTessera(setup);
afterAll(() => tessera.stop());

const list = (body: object = {}, headers: Headers = ROOT_AUTH) =>
  tessera.send('POST', '/v2/organizations/_search', { headers, body });
const ASCENDING = { query: { asc: true } };

async function ids(body: object = {}, headers: Headers = ROOT_AUTH): Promise<string[]> {
  const { status, json, text } = await list({ ...ASCENDING, ...body }, headers);
  expect(status, text).toBe(200);
  const result: { id: string }[] = json.result ?? [];
  expect(json.details.totalResult ?? '0').toBe(String(result.length));
  return result.map(({ id }) => id);
}

const ALL = [BUILT_IN_ORGANIZATION.id, ACME.id, GLOBEX.id, '300000000000000003'];

describe('what is shown', () => {
  it('is what an organization is', async () => {
    const { json } = await list({ queries: [{ idQuery: { id: '300000000000000003' } }] });
    const { details } = json.result[0];
    expect(json).toEqual({
      details: { totalResult: '1', processedSequence: '1', timestamp: expect.stringMatching(/^\d{4}-.*Z$/) },
      result: [
        {
          id: '300000000000000003',
          details: {
            sequence: '1',
            changeDate: details.changeDate,
            creationDate: details.changeDate,
            resourceOwner: '300000000000000003',
          },
          state: 'ORGANIZATION_STATE_ACTIVE',
          name: 'acme two',
          primaryDomain: 'two.test',
        },
      ],
    });
    expect(Math.abs(Date.parse(details.changeDate) - Date.now())).toBeLessThan(60_000);
  });

  it.each([
    ['the owner of the instance', ROOT_AUTH, ALL],
    ['a viewer of the instance', bearer(INSTANCE_VIEWER), ALL],
    ['the owner of an organization', ADMIN, [ACME.id]],
    ['a manager', MANAGE, [ACME.id]],
    ['a viewer', VIEWER, [ACME.id]],
    ['somebody without a role', END, [ACME.id]],
    ['the owner of another', bearer(GLOBEX.adminPat), [GLOBEX.id]],
  ])('to %s is what it may know of', async (_who, headers, expected) => {
    expect(await ids({}, headers)).toEqual(expected);
    // A query cannot reach beyond that.
    expect(await ids({ queries: [{ idQuery: { id: GLOBEX.id } }] }, headers)).toEqual(
      expected.filter((id) => id === GLOBEX.id),
    );
  });

  it('grows by the organizations in which one is given a role', async () => {
    const body = { name: 'Joint', orgId: '900', admins: [{ userId: END_USER.id, roles: ['ORG_OWNER_VIEWER'] }] };
    await tessera.send('POST', '/v2/organizations', { headers: ROOT_AUTH, body });
    expect(await ids({}, END)).toEqual([ACME.id, '900']);
    expect(await ids({}, ADMIN)).toEqual([ACME.id]);
  });

  it('is nothing without a token', async () => {
    expectRefusal(await list({}, {}), 401, 16, 'auth header missing');
  });
});

describe('queries', () => {
  const name = (value: string, method: string) => ({ queries: [{ nameQuery: { name: value, method } }] });
  const domain = (value: string, method: string) => ({ queries: [{ domainQuery: { domain: value, method } }] });

  it.each([
    ['EQUALS', 'Acme', [ACME.id]],
    ['EQUALS', 'acme', []],
    ['EQUALS_IGNORE_CASE', 'acme', [ACME.id]],
    ['STARTS_WITH', 'acme', ['300000000000000003']],
    ['STARTS_WITH_IGNORE_CASE', 'ACME', [ACME.id, '300000000000000003']],
    ['CONTAINS', 'cme t', ['300000000000000003']],
    ['CONTAINS_IGNORE_CASE', 'CME', [ACME.id, '300000000000000003']],
    ['ENDS_WITH', 'bex', [GLOBEX.id]],
    ['ENDS_WITH_IGNORE_CASE', 'BEX', [GLOBEX.id]],
  ])('by name: %s %s', async (method, value, expected) => {
    expect(await ids(name(value, `TEXT_QUERY_METHOD_${method}`))).toEqual(expected);
  });

  it('by any domain', async () => {
    expect(await ids(domain('zwei.test', 'TEXT_QUERY_METHOD_EQUALS'))).toEqual(['300000000000000003']);
    const all = [ACME.id, GLOBEX.id, '300000000000000003'];
    expect(await ids(domain('.TEST', 'TEXT_QUERY_METHOD_ENDS_WITH_IGNORE_CASE'))).toEqual(all);
    expect(await ids(domain('.TEST', 'TEXT_QUERY_METHOD_ENDS_WITH'))).toEqual([]);
  });

  it('by state, of which there is one', async () => {
    const state = (value: string) => ids({ queries: [{ stateQuery: { state: value } }] });
    expect(await state('ORGANIZATION_STATE_ACTIVE')).toEqual(expect.arrayContaining(ALL));
    expect(await state('ORGANIZATION_STATE_INACTIVE')).toEqual([]);
    expect(await state('ORGANIZATION_STATE_UNSPECIFIED')).toEqual([]);
  });

  it('for the default organization, which is the built-in one', async () => {
    expect(await ids({ queries: [{ defaultQuery: {} }] })).toEqual([BUILT_IN_ORGANIZATION.id]);
  });

  it('are all to be met', async () => {
    const queries = [
      { nameQuery: { name: 'acme', method: 'TEXT_QUERY_METHOD_CONTAINS_IGNORE_CASE' } },
      { idQuery: { id: ACME.id } },
    ];
    expect(await ids({ queries })).toEqual([ACME.id]);
    expect(await ids({ queries: [...queries, { defaultQuery: {} }] })).toEqual([]);
  });

  it.each([
    ['without a kind', { queries: [{}] }],
    ['with an empty name', name('', 'TEXT_QUERY_METHOD_EQUALS')],
    ['with a method that is none', { queries: [{ nameQuery: { name: 'a', method: 99 } }] }],
    ['with a state that is none', { queries: [{ stateQuery: { state: 99 } }] }],
    ['with an id of 201 characters', { queries: [{ idQuery: { id: 'x'.repeat(201) } }] }],
    ['with a limit beyond 1,000', { query: { limit: 1_001 } }],
  ])('are refused %s', async (_what, body) => {
    const { status, json } = await list(body);
    expect([status, json.code]).toEqual([400, 3]);
  });
});

describe('order and pages', () => {
  it('follow the ids, descending unless asked otherwise', async () => {
    const ascending = await ids();
    expect(ascending).toEqual([...ascending].sort());
    const { json } = await list();
    expect(json.result.map(({ id }: { id: string }) => id)).toEqual(ascending.reverse());
  });

  it('follow the names in any letter case', async () => {
    const { json } = await list({ ...ASCENDING, sortingColumn: 'ORGANIZATION_FIELD_NAME_NAME' });
    expect(json.sortingColumn).toBe('ORGANIZATION_FIELD_NAME_NAME');
    expect(json.result.map(({ name }: { name: string }) => name)).toEqual([
      'Acme',
      'acme two',
      'Globex',
      'Joint',
      'Tessera',
    ]);
  });

  it('show a part, and count all', async () => {
    const query = { asc: true, offset: '1', limit: 2 };
    const { json } = await list({ query, sortingColumn: 'ORGANIZATION_FIELD_NAME_NAME' });
    expect(json.result.map(({ name }: { name: string }) => name)).toEqual(['acme two', 'Globex']);
    expect(json.details.totalResult).toBe('5');
    const beyond = await list({ query: { offset: '18446744073709551615' } });
    expect([beyond.json.result, beyond.json.details.totalResult]).toEqual([undefined, '5']);
  });
});

it.each(TRANSPORTS)('over %s', async (transport) => {
  const { listOrganizations } = OrganizationService.method;
  const outcome = await transportsOf(tessera, ROOT.pat)[transport](listOrganizations, {
    queries: [{ defaultQuery: {} }],
  });
  expect(outcome).toMatchObject({ code: 0, details: { result: [{ name: 'Tessera' }] } });
  const refused = await transportsOf(tessera)[transport](listOrganizations, {});
  expect(refused.code).toBe(Code.Unauthenticated);
});

describe('another process', () => {
  it('shows at once what this one has made, and takes part in it', async () => {
    const other = await startBeside(tessera, setup);
    try {
      for (let round = 0; round < 5; round += 1) {
        const body = { name: `Round ${round}` };
        const { json } = await tessera.send('POST', '/v2/organizations', { headers: ROOT_AUTH, body });
        const orgId = json.organizationId;
        const queries = [{ idQuery: { id: orgId } }];
        const found = await other.send('POST', '/v2/organizations/_search', { headers: ROOT_AUTH, body: { queries } });
        expect(found.json.result).toHaveLength(1);
        const headers = { ...ROOT_AUTH, 'x-zitadel-orgid': orgId };
        const machine = { organizationId: orgId, machine: { name: 'Robot' } };
        expect((await other.send('POST', '/v2/users/new', { headers, body: machine })).status).toBe(200);
      }
    } finally {
      await other.stop();
    }
  });

  it('loses nothing when both make organizations at the same time', async () => {
    const other = await startBeside(tessera, setup);
    try {
      const names = Array.from({ length: 20 }, (_, index) => `Raced ${index}`);
      const answers = await Promise.all(
        names.map((name, index) =>
          (index % 2 === 0 ? tessera : other).send('POST', '/v2/organizations', { headers: ROOT_AUTH, body: { name } }),
        ),
      );
      expect(answers.map(({ status, text }) => (status === 200 ? 200 : text))).toEqual(names.map(() => 200));
      const raced = { nameQuery: { name: 'Raced', method: 'TEXT_QUERY_METHOD_STARTS_WITH' } };
      expect(await ids({ queries: [raced] })).toHaveLength(20);
      const same = await Promise.all(
        [tessera, other, tessera, other].map((one) =>
          one.send('POST', '/v2/organizations', { headers: ROOT_AUTH, body: { name: 'Only one' } }),
        ),
      );
      expect(same.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    } finally {
      await other.stop();
    }
  });
});
