import type { JsonObject } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { OrganizationService } from '@zitadel/proto/zitadel/org/v2/org_service_pb';
import { afterAll, describe, expect, it } from 'vitest';
import type { Organization } from '../../../src/core/organization.ts';
import { withRows } from '../../support/rows.ts';
import { ACME, GLOBEX, ROOT } from '../../support/setup.ts';
import { startTessera, type TestResponse } from '../../support/tessera.ts';
import { rowCounts } from '../../system/mounted-routes.ts';
import {
  ADMIN,
  bearer,
  END,
  END_USER,
  expectRefusal,
  type Headers,
  MANAGE,
  MANAGER,
  messagesTo,
  newPerson,
  ROOT_AUTH,
  VIEWER,
  zitadelSetup,
} from './support.ts';
import { TRANSPORTS, transportsOf } from './transports.ts';

/** People of the instance, by the one role that each of them holds. */
const INSTANCE_ROLES = ['IAM_ORG_MANAGER', 'IAM_USER_MANAGER', 'IAM_LOGIN_CLIENT', 'IAM_OWNER_VIEWER'] as const;
const patOf = (role: string) => `${role}-pat-0000000000`;

const tessera = await startTessera(
  zitadelSetup(({ instance }) => {
    instance.users = INSTANCE_ROLES.map((role, index) => ({
      id: `20000000000000010${index}`,
      username: role,
      givenName: 'In',
      familyName: 'Stance',
      roles: [role],
      personalAccessToken: patOf(role),
    }));
  }),
);
afterAll(() => tessera.stop());

let count = 0;
const fresh = () => {
  count += 1;
  return `Organization ${count}`;
};
const add = (body: object, headers: Headers = ROOT_AUTH): Promise<TestResponse> =>
  tessera.send('POST', '/v2/organizations', { headers, body: { name: fresh(), ...body } });

async function added(body: object = {}, headers: Headers = ROOT_AUTH): Promise<TestResponse> {
  const response = await add(body, headers);
  expect(response.status, response.text).toBe(200);
  return response;
}

async function stored(id: string): Promise<Organization> {
  const { organizations } = await tessera.store.configuration();
  return JSON.parse(organizations.find((row) => row.id === id)?.settings ?? 'null');
}

/** Asserts that a refusal wrote nothing at all. */
async function refused(status: number, body: object, headers: Headers = ROOT_AUTH): Promise<TestResponse> {
  const before = [await rowCounts(tessera), await tessera.store.configuration()];
  const response = await add(body, headers);
  expect(response.status, response.text).toBe(status);
  expect([await rowCounts(tessera), await tessera.store.configuration()]).toEqual(before);
  return response;
}

describe('an organization', () => {
  it('gets an id, is there at once, and says who made it', async () => {
    const response = await added({ name: ' Initech ' });
    const { organizationId, details } = response.json;
    expect(response.json).toEqual({
      organizationId: expect.stringMatching(/^\d{18}$/),
      details: { sequence: '1', changeDate: details.changeDate, resourceOwner: organizationId },
    });
    expect(response.headers.get('etag')).toBeNull();
    const organization = await stored(organizationId);
    expect(organization).toMatchObject({
      name: 'Initech',
      unique: { email: false, phone: false },
      maxPasswordAttempts: 0,
      sections: { zitadel: {} },
      history: { sequence: 1, founding: { actor: `user:${ROOT.id}`, dialect: 'zitadel' } },
    });
    expect(new Date(organization.history?.createdAt ?? 0).toISOString()).toBe(details.changeDate);
    const body = newPerson({ organization: { orgId: organizationId } });
    expect((await tessera.send('POST', '/v2/users/human', { headers: ROOT_AUTH, body })).status).toBe(200);
    const named = { headers: { ...ADMIN, 'x-zitadel-orgid': organizationId } };
    expect((await tessera.send('GET', `/v2/users/${END_USER.id}`, named)).status).toBe(200);
  });

  it('may have an id of its own, and survives a restart with the setup file', async () => {
    await added({ name: 'Chosen', orgId: 'our/own id' });
    const before = await tessera.store.configuration();
    await tessera.restart();
    expect(await tessera.store.configuration()).toEqual(before);
    expect(await stored('our/own id')).toMatchObject({ name: 'Chosen' });
  });

  it.each([
    ['a name', { name: 'ACME' }],
    ['an id', { orgId: ACME.id }],
    ['the name of the built-in one', { name: 'tessera' }],
  ])('is refused with %s that is taken', async (_what, body) => {
    expectRefusal(await refused(409, body), 409, 6, 'Organisation already exists');
  });

  it.each([
    ['without a name', { name: '' }],
    ['with a blank name', { name: '  ' }],
    ['with a name of 201 characters', { name: '🙂'.repeat(201) }],
    ['with an empty id', { orgId: '' }],
    ['with an id of 201 characters', { orgId: 'x'.repeat(201) }],
    ['with an admin that is nobody', { admins: [{}] }],
    ['with a role that organizations do not know', { admins: [{ userId: ROOT.id, roles: ['IAM_OWNER'] }] }],
    ['with the role of a brand', { admins: [{ userId: ROOT.id, roles: ['SUPER_ADMIN'] }] }],
    ['with a human without a name', { admins: [{ human: { email: { email: 'a@b.test' } } }] }],
    ['with more than a hundred admins', { admins: Array(101).fill({ userId: ROOT.id }) }],
  ])('is refused %s', async (_what, body) => {
    expect((await refused(400, body)).json.code).toBe(3);
  });
});

describe('its admins', () => {
  it('are created with it, own it, and may act in it at once', async () => {
    const human = newPerson({
      email: { email: 'founder@mouse.test', returnCode: {} },
      password: { password: 'Secr3tP4ssw0rd!' },
      organization: { orgId: ACME.id },
    });
    const { json, text } = await added({ admins: [{ human }, { human: newPerson({ userId: 'second' }) }] });
    const [first, second] = json.createdAdmins;
    expect(json.createdAdmins, text).toHaveLength(2);
    expect(first).toEqual({
      userId: expect.stringMatching(/^\d{18}$/),
      emailCode: expect.stringMatching(/^[A-Z0-9]{6}$/),
    });
    expect(second).toEqual({ userId: 'second' });
    const user = await tessera.user(first.userId);
    expect(user).toMatchObject({ organizationId: json.organizationId, membership: { roles: ['ORG_OWNER'] } });
    expect(user.password.hash).toMatch(/^\$argon2id\$/);
    expect((await tessera.events(first.userId))[0]?.origin).toMatchObject({
      actor: `user:${ROOT.id}`,
      dialect: 'zitadel',
    });
    const verified = { headers: ROOT_AUTH, body: { verificationCode: first.emailCode } };
    expect((await tessera.send('POST', `/v2/users/${first.userId}/email/verify`, verified)).status).toBe(200);
  });

  it('get the mail that their creation asks for', async () => {
    const { json } = await added({ admins: [{ human: newPerson({ email: { email: 'mail@mouse.test' } }) }] });
    expect(await messagesTo(tessera, json.createdAdmins[0].userId)).toEqual(['verify_email']);
  });

  it('who are there already hold their roles besides those they have at home', async () => {
    const { json } = await added({
      admins: [{ userId: MANAGER.id, roles: ['ORG_OWNER_VIEWER'] }, { userId: END_USER.id }],
    });
    const { organizationId } = json;
    expect(json.createdAdmins).toBeUndefined();
    const { membership } = await tessera.user(MANAGER.id);
    expect(membership).toMatchObject({
      roles: ['ORG_USER_MANAGER'],
      elsewhere: [{ organizationId, roles: ['ORG_OWNER_VIEWER'] }],
    });
    expect((await tessera.events(MANAGER.id)).at(-1)).toMatchObject({
      type: 'user.membership_changed',
      origin: { actor: `user:${ROOT.id}` },
    });
    // Then
    const body = newPerson({ organization: { orgId: organizationId } });
    const asOwner = await tessera.send('POST', '/v2/users/human', { headers: END, body });
    expect(asOwner.status, asOwner.text).toBe(200);
    const path = `/v2/users/${asOwner.json.userId}`;
    expect((await tessera.send('GET', path, { headers: MANAGE })).status).toBe(200);
    expect((await tessera.send('DELETE', path, { headers: MANAGE })).status).toBe(403);
    expect((await tessera.send('GET', path, { headers: ADMIN })).status).toBe(404);
    expect((await tessera.send('DELETE', path, { headers: END })).status).toBe(200);
    // A membership elsewhere is none at home.
    expect((await tessera.send('GET', `/v2/users/${ACME.viewer.id}`, { headers: END })).status).toBe(404);
  });

  it('may be one of those that are created, and one named twice', async () => {
    const admins = [
      { userId: END_USER.id, roles: ['ORG_OWNER_VIEWER'] },
      { userId: END_USER.id, roles: ['PROJECT_OWNER'] },
    ];
    const { json } = await added({ admins });
    const { membership } = await tessera.user(END_USER.id);
    expect(membership.elsewhere.find(({ organizationId }) => organizationId === json.organizationId)?.roles).toEqual([
      'ORG_OWNER_VIEWER',
      'PROJECT_OWNER',
    ]);
    const human = newPerson({ userId: 'made and named' });
    const both = await added({ admins: [{ human }, { userId: 'made and named', roles: ['ORG_USER_MANAGER'] }] });
    expect(await tessera.user('made and named')).toMatchObject({
      organizationId: both.json.organizationId,
      membership: { roles: ['ORG_OWNER', 'ORG_USER_MANAGER'], elsewhere: [] },
    });
  });

  it.each([
    ['is not there', 404, { userId: 'nobody' }],
    ['has a taken id', 400, { human: newPerson({ userId: END_USER.id }) }],
    ['has a taken username', 409, { human: newPerson({ username: 'END.USER' }) }],
    ['has a username in the domain of another', 400, { human: newPerson({ username: `x@${GLOBEX.brandUrl}` }) }],
    ['has a weak password', 400, { human: newPerson({ password: { password: 'weak' } }) }],
  ])('take it down with them when one of them %s', async (_what, status, bad) => {
    const admins = [{ human: newPerson({ userId: 'first of two' }) }, bad];
    await refused(status, { admins });
    expect(await tessera.store.user('first of two')).toBeNull();
  });

  it('cannot be many for one name', async () => {
    const admins = [1, 2].map(() => ({ human: newPerson({ username: 'one.name' }) }));
    expectRefusal(await refused(409, { admins }), 409, 6, 'User already exists (V3-DKcYh)');
  });
});

describe('the right to make organizations', () => {
  it('has a manager of organizations, who gives to others what it does not hold itself', async () => {
    const pat = patOf('IAM_ORG_MANAGER');
    const admins = [{ human: newPerson() }, { userId: END_USER.id }];
    const { json } = await added({ admins }, bearer(pat));
    expect((await tessera.user(json.createdAdmins[0].userId)).membership.roles).toEqual(['ORG_OWNER']);
  });

  const others: readonly (readonly [string, Headers])[] = [
    ...INSTANCE_ROLES.slice(1).map((role) => [role, bearer(patOf(role))] as const),
    ['the owner of an organization', ADMIN],
    ['a manager of users', MANAGE],
    ['a viewer', VIEWER],
    ['somebody without a role', END],
    ['a foreign owner', bearer(GLOBEX.adminPat)],
  ];

  it.each(others)('has not %s', async (_who, headers) => {
    const message = 'No matching permissions found (AUTH-5mWD2)';
    expectRefusal(await refused(403, {}, headers), 403, 7, message);
    // It is asked for before the fields are looked at.
    expectRefusal(await refused(403, { name: '' }, headers), 403, 7, message);
  });

  it('has nobody without a token', async () => {
    expectRefusal(await refused(401, {}, {}), 401, 16, 'auth header missing');
  });
});

describe('a repeated call', () => {
  it('is answered as the first was, codes included, and sealed at rest', async () => {
    const headers = { ...ROOT_AUTH, 'idempotency-key': 'once' };
    const body = {
      name: fresh(),
      admins: [{ human: newPerson({ email: { email: 'k@mouse.test', returnCode: {} } }) }],
    };
    const first = await added(body, headers);
    const before = [await rowCounts(tessera), await tessera.store.configuration()];
    const again = await added(body, headers);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect([await rowCounts(tessera), await tessera.store.configuration()]).toEqual(before);
    const kept = await withRows(tessera.database, ({ query }) => query('SELECT payload FROM answers'));
    expect(kept.some(({ payload }) => String(payload).includes(first.json.createdAdmins[0].emailCode))).toBe(false);
    const other = await add({ ...body, name: 'Another' }, headers);
    expectRefusal(other, 400, 3, 'The Idempotency-Key was used with another request');
  });

  it('at the same time makes one organization', async () => {
    const headers = { ...ROOT_AUTH, 'idempotency-key': 'at-once' };
    const body = { name: fresh(), admins: [{ human: newPerson() }] };
    const answers = await Promise.all([1, 2, 3, 4].map(() => added(body, headers)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') === 'true')).toHaveLength(3);
  });

  it('without a key makes one of two', async () => {
    const body = { name: fresh() };
    const answers = await Promise.all([1, 2, 3].map(() => add(body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it('may bring no precondition', async () => {
    const headers = { ...ROOT_AUTH, 'if-match': '*' };
    const response = await refused(412, {}, headers);
    expect(response.json).toEqual({ code: 9, message: 'Nothing that is yet to be made can match If-Match' });
  });
});

describe('over every transport', () => {
  const { addOrganization } = OrganizationService.method;

  it.each(TRANSPORTS)('%s', async (transport) => {
    const call = transportsOf(tessera, ROOT.pat)[transport];
    const request: JsonObject = { name: fresh(), admins: [{ userId: END_USER.id }], orgId: `by ${transport}` };
    const made = await call(addOrganization, request);
    expect(made, made.message).toMatchObject({ code: 0, details: { organizationId: `by ${transport}` } });
    expect(await call(addOrganization, request)).toMatchObject({
      code: Code.AlreadyExists,
      message: 'Organisation already exists',
    });
    const refusal = await transportsOf(tessera, ACME.adminPat)[transport](addOrganization, { name: fresh() });
    expect(refusal).toMatchObject({ code: Code.PermissionDenied, details: [{ id: 'AUTH-5mWD2' }] });
  });
});
