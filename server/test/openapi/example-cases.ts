import { readFileSync } from 'node:fs';
import { ACME } from '../support/setup.ts';
import type { World } from '../system/callers.ts';
import { fresh, next } from '../system/route-case.ts';

/** What an example sends, where that of the route's case shows too little. */
export interface Request {
  readonly path: string;
  readonly body?: unknown;
  /** In the place of those of the case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** In the place of that of the case. */
  readonly status?: number;
}

const printed = (dialect: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/examples/${dialect}.json`, import.meta.url), 'utf8')).request;

/** Three days of which nobody signed up. */
const QUIET_DAYS = 'startDate=2020-01-01%2000:00:00&endDate=2020-01-03%2023:59:59';

/** Of the members of a oneof that the vendor's page prints together, one. */
function chosen({ username, profile, email, phone, password }: ReturnType<typeof printed>['body']) {
  return {
    username,
    profile,
    email: { email: email.email, sendCode: email.sendCode },
    phone: { phone: phone.phone, returnCode: {} },
    password: { password: password.password },
  };
}

const OWNLI_USER = {
  firstName: 'Ada',
  lastName: 'Byron',
  email: 'ada@example.com',
  isEmailVerified: true,
  phone: '+14155550123',
  isPhoneVerified: false,
  customField1: 'one',
  customField2: 'two',
  customField3: 'three',
  customField4: 'four',
  customField5: 'five',
  address: {
    addressLine1: '2 Side St',
    addressLine2: 'Apt 3',
    city: 'Boise',
    state: 'ID',
    country: 'US',
    zip: '83702',
  },
};
const POLICY = {
  policyNumber: 'PN-1001',
  startDate: '2026-01-01T00:00:00.000Z',
  endDate: '2026-12-31T23:59:59.000Z',
};

const JFRAMEWORK_USERS = '/api/v1/users';

/** A text that nobody else has, and is shown without what makes it so. */
const unique = (text: string): string => `${text}-n${next()}`;
const uniquePhone = (): string => `+1616${2_000_000 + next()}`;

/** The calls under both stages are about one person, whose address is the printed one. */
let jane: string | undefined;

/**
 * Requests that show more of an operation than the smallest that succeeds, by the route's name. Those of the four
 * updates are what the vendors' pages print.
 */
export const EXAMPLE_REQUESTS: Readonly<Record<string, (world: World, id: string) => Promise<Request> | Request>> = {
  'PUT /v2/users/human/:userId': (_world, id) => ({
    path: `/v2/users/human/${id}`,
    body: chosen(printed('zitadel').body),
  }),
  'POST /v2/users/human': () => ({
    path: '/v2/users/human',
    body: {
      username: 'mickey-mouse',
      organization: { orgId: ACME.id },
      profile: {
        givenName: 'Mickey',
        familyName: 'Mouse',
        nickName: 'Mick',
        displayName: 'Mickey Mouse',
        preferredLanguage: 'en',
        gender: 'GENDER_MALE',
      },
      email: { email: 'mickey@mouse.com', isVerified: true },
      phone: { phone: '+41791234568', isVerified: true },
      metadata: [{ key: 'my-key', value: 'VGhpcyBpcyBteSB0ZXN0IHZhbHVl' }],
      password: { password: 'Secr3tP4ssw0rd!', changeRequired: false },
    },
  }),
  'POST /v2/users/new': () => ({
    path: '/v2/users/new',
    body: {
      organizationId: ACME.id,
      username: 'daisy-duck',
      human: {
        profile: { givenName: 'Daisy', familyName: 'Duck', preferredLanguage: 'en' },
        email: { email: 'daisy@duck.com', returnCode: {} },
      },
    },
  }),
  'POST /v2/users': () => ({
    path: '/v2/users',
    body: {
      query: { offset: '0', limit: 10, asc: true },
      sortingColumn: 'USER_FIELD_NAME_CREATION_DATE',
      queries: [{ inUserIdsQuery: { userIds: [ACME.viewer.id] } }],
    },
  }),
  'POST /v2/users/:userId/metadata': (_world, id) => ({
    path: `/v2/users/${id}/metadata`,
    body: { metadata: [{ key: 'my-key', value: 'VGhpcyBpcyBteSB0ZXN0IHZhbHVl' }] },
  }),
  'POST /v2/organizations/_search': () => ({
    path: '/v2/organizations/_search',
    body: { queries: [{ idQuery: { id: ACME.id } }] },
  }),
  [`PUT ${JFRAMEWORK_USERS}/:id`]: (_world, id) => ({
    path: `${JFRAMEWORK_USERS}/${id}`,
    body: printed('jframework').body,
  }),
  [`GET ${JFRAMEWORK_USERS}`]: () => ({
    path: `${JFRAMEWORK_USERS}?username=viewer&sortDataField=createdDate&sortOrder=asc&pageNumber=0&pageSize=10`,
  }),
  [`POST ${JFRAMEWORK_USERS}/register`]: () => ({
    path: `${JFRAMEWORK_USERS}/register`,
    body: {
      username: unique('john.doe'),
      emailAddress: `${unique('john.doe')}@example.com`,
      password: 'Passw0rd!',
      phoneNumber: uniquePhone(),
      firstName: 'John',
      lastName: 'Doe',
      nickName: 'Johnny',
    },
  }),
  [`POST ${JFRAMEWORK_USERS}/register/email-address`]: () => ({
    path: `${JFRAMEWORK_USERS}/register/email-address`,
    body: { emailAddress: `${unique('jane.roe')}@example.com`, password: 'Passw0rd!', confirmPassword: 'Passw0rd!' },
  }),
  [`POST ${JFRAMEWORK_USERS}/register/phone-number`]: () => ({
    path: `${JFRAMEWORK_USERS}/register/phone-number`,
    body: { phoneNumber: uniquePhone(), password: 'Passw0rd!', confirmPassword: 'Passw0rd!' },
  }),
  [`PUT ${JFRAMEWORK_USERS}/change-password`]: async ({ tessera }) => {
    const headers = { 'brand-url': ACME.brandUrl };
    const person = { username: fresh(), emailAddress: `${fresh()}@example.com`, password: 'Passw0rd!' };
    await tessera.send('POST', `${JFRAMEWORK_USERS}/register`, { headers, body: person });
    const { json } = await tessera.send('POST', `${JFRAMEWORK_USERS}/auth`, { headers, body: person });
    return {
      path: `${JFRAMEWORK_USERS}/change-password`,
      headers: { ...headers, 'auth-key': json.data.authKey },
      body: { oldPassword: 'Passw0rd!', newPassword: 'N3wPassw0rd!', confirmPassword: 'N3wPassw0rd!' },
      status: 200,
    };
  },
  [`GET ${JFRAMEWORK_USERS}/statistics`]: () => ({ path: `${JFRAMEWORK_USERS}/statistics?${QUIET_DAYS}` }),
  'GET /api/v1/analytics/users/daily': () => ({ path: `/api/v1/analytics/users/daily?${QUIET_DAYS}` }),
  'GET /api/v1/roles': () => ({ path: '/api/v1/roles?code=ADMIN' }),
  'GET /api/v1/permissions': () => ({ path: '/api/v1/permissions?code=USER.READ' }),
  'GET /api/v1/resource-types': () => ({ path: '/api/v1/resource-types?code=USER' }),
  'GET /api/v1/subscription-types': async ({ tessera, owner }) => {
    const name = unique('Yearly');
    const body = { name, unit: 'Year', quantity: 1 };
    await tessera.send('POST', '/api/v1/subscription-types', { headers: owner.jframework, body });
    return { path: `/api/v1/subscription-types?name=${name}` };
  },
  'GET /api/v1/packages': () => ({ path: '/api/v1/packages?code=STANDARD' }),
  'GET /api/v1/features': () => ({ path: '/api/v1/features?code=SEATS' }),
  'GET /api/v1/prices': () => ({ path: '/api/v1/prices?code=MONTH' }),
  'POST /user/account/update': (_world, id) => {
    jane ??= id;
    return {
      path: '/user/account/update',
      headers: { 'idempotency-key': fresh() },
      body: { ...printed('avibra').body, userid: jane, partnername: ACME.avibra.partnerName },
    };
  },
  'POST /user/account/create': () => ({
    path: '/user/account/create',
    headers: { 'idempotency-key': fresh() },
    body: {
      userid: unique('member-1001'),
      partnername: ACME.avibra.partnerName,
      firstname: 'john',
      lastname: 'roe',
      email: `${unique('john.roe')}@email.com`,
      phone: String(3_120_000_000 + next()),
      address: { addressline1: '1 Main St', city: 'Austin', state: 'TX', zip: '78701', country: 'US' },
    },
  }),
  'POST /api/users': () => ({
    path: '/api/users',
    body: { ...OWNLI_USER, email: 'ada.king@example.com', phone: '+14155550124' },
  }),
  'PUT /api/users/:userId': (_world, id) => ({ path: `/api/users/${id}`, body: OWNLI_USER }),
  'POST /api/users/with-policy': () => ({
    path: '/api/users/with-policy',
    body: { ...OWNLI_USER, email: 'ada.lovelace@example.com', phone: '+14155550125', policyInfo: POLICY },
  }),
  'PUT /api/users/:userId/update-policy': (_world, id) => ({ path: `/api/users/${id}/update-policy`, body: POLICY }),
  'GET /api/users': (_world, id) => ({ path: `/api/users?searchBy=id&searchValue=${id}&page=0&size=10` }),
  'GET /api/users/list': (_world, id) => ({ path: `/api/users/list?searchBy=id&searchValue=${id}&page=0&size=10` }),
};

/** Those that can be sent a second time, over Connect. */
const ONCE = ['PUT /v2/users/human/:userId', 'POST /v2/users/human', 'POST /v2/users/new'];
export const CONNECT_REQUESTS: typeof EXAMPLE_REQUESTS = Object.fromEntries(
  Object.entries(EXAMPLE_REQUESTS).filter(([name]) => !ONCE.includes(name)),
);
