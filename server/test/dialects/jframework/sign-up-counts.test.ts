import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { Client, codes, type Member, READER, startClient } from './support.ts';

const DAY = 86_400_000;
/** A Wednesday. */
const TODAY = Date.UTC(2031, 0, 15, 12);
const time = { now: TODAY };

let client: Client;
let reader: string;
/** How many people there are without those of these tests. */
let declared: number;

async function signUp(at: number, by = client): Promise<Member> {
  time.now = at;
  try {
    return await by.member();
  } finally {
    time.now = TODAY;
  }
}

beforeAll(async () => {
  client = await startClient({ clock: () => time.now });
  reader = await client.keyOf(READER.username, READER.password);
  declared = (await client.call('GET', '/users', { key: reader })).json.data.totalItems;
});
afterAll(() => client.tessera.stop());

describe('GET /analytics/users/summary', () => {
  it('counts who signed up today, this week and this month, in UTC', async () => {
    // Given: on top of those that the setup made today
    const before = (await client.call('GET', '/analytics/users/summary', { key: reader })).json.data;
    expect(before).toEqual({
      totalUsers: declared,
      newUsersToday: declared,
      newUsersThisWeek: declared,
      newUsersThisMonth: declared,
    });
    // When
    await signUp(Date.UTC(2031, 0, 15));
    await signUp(Date.UTC(2031, 0, 15) - 1);
    await signUp(Date.UTC(2031, 0, 13));
    await signUp(Date.UTC(2031, 0, 13) - 1);
    await signUp(Date.UTC(2031, 0, 1));
    await signUp(Date.UTC(2031, 0, 1) - 1);
    const gone = await signUp(TODAY);
    const machine = { organizationId: ACME.id, username: 'machine', machine: { name: 'Machine' } };
    const headers = { authorization: `Bearer ${ACME.adminPat}` };
    expect((await client.tessera.send('POST', '/v2/users/new', { headers, body: machine })).status).toBe(200);
    await signUp(TODAY, new Client(client.tessera, GLOBEX.brandUrl));
    expect((await client.tessera.send('DELETE', `/v2/users/${gone.id}`, { headers })).status).toBe(200);
    // Then
    expect((await client.call('GET', '/analytics/users/summary', { key: reader })).json.data).toEqual({
      totalUsers: declared + 6,
      newUsersToday: declared + 1,
      newUsersThisWeek: declared + 3,
      newUsersThisMonth: declared + 5,
    });
  });
});

describe('GET /users/statistics and /analytics/users/daily', () => {
  const statistics = (query: string) => client.call('GET', `/users/statistics${query}`, { key: reader });
  const daily = (query: string) => client.call('GET', `/analytics/users/daily${query}`, { key: reader });

  it('count by days within two times, those without any too', async () => {
    await signUp(Date.UTC(2030, 5, 1, 8, 30));
    await signUp(Date.UTC(2030, 5, 1, 8, 30, 1));
    await signUp(Date.UTC(2030, 5, 3, 23, 59, 59, 999));
    const counts = async (from: string, to: string) => {
      const { data } = (await statistics(`?startDate=${encodeURIComponent(from)}&endDate=${encodeURIComponent(to)}`))
        .json;
      return data.map(({ date, quantity }: { date: string; quantity: number }) => `${date}: ${quantity}`);
    };
    expect(await counts('2030-06-01', '2030-06-03')).toEqual(['2030-06-01: 2', '2030-06-02: 0', '2030-06-03: 1']);
    expect(await counts('2030-06-01 08:30:01', '2030-06-03 23:59:58')).toEqual([
      '2030-06-01: 1',
      '2030-06-02: 0',
      '2030-06-03: 0',
    ]);
    expect(await counts('2030-06-01 08:30:00', '2030-06-01 08:30:00')).toEqual(['2030-06-01: 1']);
    const { data } = (await daily('?startDate=2030-06-01&endDate=2030-06-03')).json;
    const [{ totalUsers }] = data;
    expect(data).toEqual([
      { date: '2030-06-01', newUsers: 2, totalUsers },
      { date: '2030-06-02', newUsers: 0, totalUsers },
      { date: '2030-06-03', newUsers: 1, totalUsers: totalUsers + 1 },
    ]);
  });

  it('count by months', async () => {
    await signUp(Date.UTC(2029, 1, 28));
    await signUp(Date.UTC(2029, 3, 1));
    await signUp(Date.UTC(2029, 3, 30, 23));
    const query = '?startDate=2029-02-01&endDate=2029-04-30&typeResponse=month';
    expect((await statistics(query)).json.data).toEqual([
      { date: '2029-02', quantity: 1 },
      { date: '2029-03', quantity: 0 },
      { date: '2029-04', quantity: 2 },
    ]);
  });

  it('end today and go back 30 days or 12 months when nothing else is said', async () => {
    for (const { data } of [(await statistics('')).json, (await daily('')).json]) {
      expect([data.length, data[0].date, data[29].date]).toEqual([30, '2030-12-17', '2031-01-15']);
    }
    const { data } = (await statistics('?typeResponse=MONTH')).json;
    expect([data.length, data[0].date, data[11].date]).toEqual([12, '2030-02', '2031-01']);
    const last = (await daily('')).json.data.at(-1);
    expect(last.totalUsers).toBe((await client.call('GET', '/users', { key: reader })).json.data.totalItems);
  });

  it.each([
    ['startDate=yesterday', 'InvalidStartDate'],
    ['startDate=2030-02-30', 'InvalidStartDate'],
    ['startDate=2030-13-01', 'InvalidStartDate'],
    ['startDate=2030-01-01+25:00:00', 'InvalidStartDate'],
    ['endDate=2030-01-01&startDate=2030-01-02', 'InvalidEndDate'],
    ['startDate=2020-01-01&endDate=2030-01-01', 'InvalidEndDate'],
  ])('400 for %s', async (query, code) => {
    for (const response of [await statistics(`?${query}`), await daily(`?${query}`)]) {
      expect([response.status, codes(response)]).toEqual([400, [code]]);
    }
  });

  it('400 for an unknown kind of answer', async () => {
    expect(codes(await statistics('?typeResponse=YEAR'))).toEqual(['InvalidTypeResponse']);
  });

  it('403 without USER.READ, 401 without a key', async () => {
    const member = await signUp(TODAY - DAY);
    for (const path of ['/users/statistics', '/analytics/users/daily', '/analytics/users/summary']) {
      const refused = await client.call('GET', path, { key: member.key });
      expect([refused.status, codes(refused)]).toEqual([403, ['AccessDenied']]);
      expect((await client.call('GET', path)).status).toBe(401);
    }
  });
});

describe('GET /constants', () => {
  it('tells the words of statuses and types, without a key', async () => {
    expect((await client.call('GET', '/constants/user/status')).json.data).toEqual([
      'Inactive',
      'Active',
      'Deleted',
      'Suspended',
      'Locked',
    ]);
    expect((await client.call('GET', '/constants/user/types')).json.data).toEqual([
      'EndUser',
      'Partner',
      'Admin',
      'SuperAdmin',
    ]);
    expect((await client.call('GET', '/constants/device/types')).json.data).toContain('Mobile');
    expect((await client.call('GET', '/constants/feature/types')).json.data).toEqual(['Function', 'Limitation']);
    expect((await client.call('GET', '/constants/user/types', { brand: 'nobody.test' })).status).toBe(404);
  });
});
