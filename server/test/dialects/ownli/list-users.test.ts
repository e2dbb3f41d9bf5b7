import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX, testSetup } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, createInsured, expectError, plant } from './support.ts';

// biome-ignore lint/suspicious/noExplicitAny: as the API answers it
type Shown = any;

let t: Tessera;
let client: Client;
const START = Date.UTC(2026, 0, 5, 9);
const SECOND = 1_000;
let now = START;
/** Everybody of the partner, as the API shows them one by one. */
let everybody: Shown[];

/** Names and addresses with parts in common; some have no address. Two register at the same moment. */
const PEOPLE = [
  { firstName: 'Anna', lastName: 'Straße', email: 'anna@mail.test', phone: '+12025550101' },
  { firstName: 'HANNA', lastName: 'Strasser', email: undefined, phone: '+12025550102' },
  { firstName: 'Bert', lastName: 'Ok', email: 'bert@other.test', phone: '+13125550103' },
  { firstName: 'bert', lastName: 'Oak', email: 'Annabel@mail.test', phone: '+442025550104' },
  { firstName: 'Zoë', lastName: 'ok', email: undefined, phone: '+13125550105' },
  { firstName: '100%', lastName: 'Under_Score', email: 'p@mail.test', phone: '+13125550106' },
] as const;

beforeAll(async () => {
  t = await startTessera(testSetup(), { clock: () => now });
  client = await clientOf(t);
  const ids = [ACME.viewer.id, (await t.store.userByClaim(`email:${ACME.id}:admin@acme.test`))?.id ?? ''];
  for (const [n, person] of PEOPLE.entries()) {
    if (n !== 3) now += SECOND;
    ids.push((await client.create(person)).id);
  }
  ids.push((await createInsured(client, { phone: PEOPLE[0].phone, firstName: 'Joanna' })).id);
  for (const id of ids.slice(3, 5)) await plant(t, id, ({ extra }) => ({ extra: { ...extra, fraud: true } }));
  everybody = await Promise.all(ids.map(async (id) => (await client.get(id)).json));
  // And who is not to be seen.
  const gone = await client.create({ firstName: 'Anna' });
  await t.send('DELETE', `/v2/users/${gone.id}`, { headers: { authorization: `Bearer ${ACME.adminPat}` } });
  await t.send('POST', '/v2/users/new', {
    headers: { authorization: `Bearer ${ACME.adminPat}` },
    body: { organizationId: ACME.id, username: 'anna', machine: { name: 'Anna' } },
  });
  await (await clientOf(t, GLOBEX)).create({ firstName: 'Anna' });
});
afterAll(() => t.stop());

const PATHS = ['', '/list'] as const;
const list = (query: string, path: (typeof PATHS)[number] = '/list', as = client) => as.call('GET', `${path}${query}`);

/** The text of a member as lists compare it. */
function folded(user: Shown, name: string): string {
  return (user[name] ?? '').toLowerCase().replaceAll('ß', 'ss');
}

/** What a list must show, by looking at everybody. */
function model(query: Readonly<Record<string, string>>): Shown[] {
  const { searchBy = '', searchValue = '', isFraud, registrationStartDate, registrationEndDate } = query;
  const { sortBy = 'dateRegistered', sortDirection = 'desc', page = '0', size = '10' } = query;
  const sought = searchValue.toLowerCase().replaceAll('ß', 'ss');
  const found = everybody
    .filter((user) => {
      if (searchValue === '') return true;
      if (searchBy === 'licensePlate') return false;
      return searchBy === 'id' ? user.id === searchValue : folded(user, searchBy).includes(sought);
    })
    .filter(({ fraud }) => isFraud === undefined || String(fraud) === isFraud)
    .filter(({ dateRegistered }) => registrationStartDate === undefined || dateRegistered >= registrationStartDate)
    .filter(({ dateRegistered }) => registrationEndDate === undefined || dateRegistered <= registrationEndDate)
    .sort((left, right) => {
      const [one, other] = [folded(left, sortBy), folded(right, sortBy)];
      const order = Buffer.compare(Buffer.from(one), Buffer.from(other)) || (left.id < right.id ? -1 : 1);
      return sortDirection === 'asc' ? order : -order;
    });
  return found.slice(Number(page) * Number(size), (Number(page) + 1) * Number(size));
}

const at = (seconds: number): string => new Date(START + seconds * SECOND).toISOString();

/** Each way to choose from the list alone, and some together. */
const FILTERS: readonly Readonly<Record<string, string>>[] = [
  {},
  { searchBy: 'firstName', searchValue: 'ANNA' },
  { searchBy: 'firstName', searchValue: 'zoë' },
  { searchBy: 'firstName', searchValue: '%' },
  { searchBy: 'lastName', searchValue: 'strasse' },
  { searchBy: 'lastName', searchValue: '_' },
  { searchBy: 'lastName', searchValue: 'k' },
  { searchBy: 'email', searchValue: 'Mail.Test' },
  { searchBy: 'email', searchValue: 'anna@mail.test' },
  { searchBy: 'phone', searchValue: '+12025550101' },
  { searchBy: 'phone', searchValue: '2025550' },
  { searchBy: 'licensePlate', searchValue: 'A' },
  { searchBy: 'id', searchValue: ACME.viewer.id },
  { searchBy: 'id', searchValue: ACME.viewer.id.slice(1) },
  { searchBy: 'firstName', searchValue: 'nobody-has-this' },
  { searchBy: 'firstName', searchValue: '' },
  { isFraud: 'true' },
  { isFraud: 'false' },
  { registrationStartDate: at(2) },
  { registrationEndDate: at(3) },
  { registrationStartDate: at(1), registrationEndDate: at(1) },
  { registrationStartDate: at(2), registrationEndDate: at(1) },
  { searchBy: 'firstName', searchValue: 'bert', isFraud: 'true', registrationStartDate: at(3) },
];
const SORTS = ['firstName', 'lastName', 'email', 'phone', 'dateRegistered', undefined] as const;
const DIRECTIONS = ['asc', 'desc', undefined] as const;
/** Every order in every direction for everybody, in one direction for those whom a filter finds. */
const CASES = FILTERS.flatMap((filter, n) => {
  const directions = n === 0 ? DIRECTIONS : [DIRECTIONS[n % DIRECTIONS.length]];
  return directions.map((sortDirection) => [JSON.stringify(filter), sortDirection ?? 'default', filter] as const);
});

describe('GET /api/users and /api/users/list, 200', () => {
  it.each(CASES)('%s, in every order, direction %s', async (_name, direction, filter) => {
    for (const sortBy of SORTS) {
      const sort = { ...(sortBy && { sortBy }), ...(direction !== 'default' && { sortDirection: direction }) };
      const query = { ...filter, ...sort };
      const { status, json } = await list(`?${new URLSearchParams(query)}`);
      expect([status, json.users], JSON.stringify(query)).toEqual([200, model(query)]);
      expect(json.totalItems).toBe(json.users.length);
    }
    const bare = await list(`?${new URLSearchParams(filter)}`, '');
    expect([bare.status, bare.json]).toEqual([200, model(filter)]);
  });

  it('shows ten users from the first page on, those who registered last first', async () => {
    expect(everybody.length).toBeLessThan(10);
    for (const { json } of [await list('?size=4'), await list('?page=0&size=4')]) {
      expect(json).toEqual({
        totalItems: everybody.length,
        currentPage: 0,
        totalPages: Math.ceil(everybody.length / 4),
        itemsOnPage: 4,
        users: model({ size: '4' }),
      });
    }
  });

  it('pages through everybody, and beyond', async () => {
    const size = '4';
    for (const page of ['0', '1', '2', '3', '2147483647']) {
      const users = model({ size, page });
      const { json } = await list(`?size=${size}&page=${page}`);
      expect(json).toEqual({
        totalItems: everybody.length,
        currentPage: Number(page),
        totalPages: 3,
        itemsOnPage: users.length,
        users,
      });
      expect((await list(`?size=${size}&page=${page}`, '')).json).toEqual(users);
    }
    expect((await list('?size=200')).json).toMatchObject({ totalPages: 1, itemsOnPage: everybody.length });
  });

  it('counts no pages of nobody', async () => {
    expect((await list('?searchBy=licensePlate&searchValue=ABC123')).json).toEqual({
      totalItems: 0,
      currentPage: 0,
      totalPages: 0,
      itemsOnPage: 0,
      users: [],
    });
  });

  it('finds a phone number in whatever spelling', async () => {
    const ids = everybody.filter(({ phone }) => phone === PEOPLE[1].phone).map(({ id }) => id);
    for (const value of ['%2B1%20(202)%20555-0102', '+12025550102', '12025550102', 'tel:%2B1-202-555-0102']) {
      const { json } = await list(`?searchBy=phone&searchValue=${value}`);
      expect(
        json.users.map(({ id }: Shown) => id),
        value,
      ).toEqual(ids);
    }
  });

  it('takes what is empty for absent, and does not look at what it does not know', async () => {
    const all = (await list('')).json;
    for (const query of [
      '?page=&size=&sortBy=&sortDirection=&searchBy=&searchValue=&isFraud=',
      '?registrationStartDate=&registrationEndDate=',
      '?searchBy=email',
      '?includeVehicles=yes&Page=7',
    ]) {
      expect((await list(query)).json).toEqual(all);
    }
  });

  it('shows at once what was written', async () => {
    const [one] = everybody.slice(-1);
    expect((await client.put(one.id, { lastName: 'Fresh' })).status).toBe(200);
    expect((await list('?searchBy=lastName&searchValue=fresh')).json.users).toMatchObject([{ id: one.id }]);
    await client.put(one.id, { lastName: one.lastName });
    expect((await list('?searchBy=lastName&searchValue=fresh')).json.users).toEqual([]);
  });

  it('shows each partner its own users alone', async () => {
    const globex = await clientOf(t, GLOBEX);
    const { json } = await list('?searchBy=firstName&searchValue=anna', '/list', globex);
    expect(json).toMatchObject({ totalItems: 1, users: [{ firstName: 'Anna' }] });
    for (const { id, phone } of everybody.slice(0, 4)) {
      expect((await list(`?searchBy=id&searchValue=${id}`, '', globex)).json).toEqual([]);
      if (phone === null) continue;
      expect((await list(`?searchBy=phone&searchValue=${encodeURIComponent(phone)}`, '', globex)).json).toEqual([]);
    }
  });
});

describe.each(PATHS)('GET /api/users%s, refusals', (path) => {
  it.each([
    'page=-1',
    'page=1.5',
    'page=first',
    'page=2147483648',
    'page=0&page=1',
    'size=0',
    'size=201',
    'size=1e2',
    'sortBy=id',
    'sortBy=firstname',
    'sortBy=constructor',
    'sortDirection=up',
    'searchBy=nickName&searchValue=x',
    'searchBy=nickName',
    'searchBy=__proto__&searchValue=x',
    'searchValue=x',
    'isFraud=1',
    'registrationStartDate=2026-01-05',
    'registrationStartDate=2026-02-30T00:00:00.000Z',
    'registrationEndDate=2026-01-05T00:00:00%2B01:00',
    'searchBy=firstName&searchValue=%00',
    'searchBy=firstName&searchValue=%zz',
  ])('400: refuses %s', async (query) => {
    expectError(await list(`?${query}`, path), 400, 'ERROR_INVALID_PARAMETERS');
  });

  it('401: asks for credentials, and for those of an admin', async () => {
    const app = await clientOf(t, ACME, 'user');
    for (const response of [await t.send('GET', `/api/users${path}`), await list('', path, app)]) {
      expectError(response, 401, 'ERROR_UNAUTHORIZED');
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
    }
  });
});
