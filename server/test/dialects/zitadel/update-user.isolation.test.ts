import { afterAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX, ROOT } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import {
  addUser,
  bearer,
  expectRefusal,
  leavesNoTrace,
  newPerson,
  plant,
  ROOT_AUTH,
  update,
  zitadelSetup,
} from './support.ts';

const PLAIN = '300000000000000003';
const tessera = await startTessera(
  zitadelSetup((setup) => {
    setup.organizations.push({
      id: PLAIN,
      name: 'Without the dialect',
      administrators: [
        { username: 'plain.admin', givenName: 'P', familyName: 'A', personalAccessToken: 'plain-pat-00000000000' },
      ],
      users: [{ id: 'plain-user', username: 'plain.user', givenName: 'P', familyName: 'U' }],
    });
  }),
);
afterAll(() => tessera.stop());

const GLOBEX_ADMIN = bearer(GLOBEX.adminPat);
const PROFILE = { profile: { givenName: 'G', familyName: 'F' } };

describe('an administrator of another organization', () => {
  it.each<[string, string, object | undefined]>([
    ['PUT', '/v2/users/human/ID', PROFILE],
    ['GET', '/v2/users/ID', undefined],
    ['DELETE', '/v2/users/ID', undefined],
    ['POST', '/v2/users/ID/password_reset', {}],
  ])('%s %s: 404', async (method, path, body) => {
    const id = await addUser(tessera);
    const request = { headers: GLOBEX_ADMIN, ...(body && { body }) };
    await leavesNoTrace(tessera, id, async () => {
      const response = await tessera.send(method, path.replace('ID', id), request);
      expectRefusal(response, 404, 5, 'membership not found (AUTHZ-cdgFk)');
    });
  });

  it('cannot verify with a code, be it right', async () => {
    const created = await tessera.send('POST', '/v2/users/human', {
      headers: ROOT_AUTH,
      body: newPerson({ organization: { orgId: ACME.id }, email: { email: 'iso@mouse.test', returnCode: {} } }),
    });
    const { userId, emailCode } = created.json;
    const body = { verificationCode: emailCode };
    await leavesNoTrace(tessera, userId, async () => {
      const response = await tessera.send('POST', `/v2/users/${userId}/email/verify`, { headers: GLOBEX_ADMIN, body });
      expectRefusal(response, 404, 5, 'Email not found (COMMAND-ieJ2e)');
    });
  });

  it('cannot create users there', async () => {
    const body = newPerson({ organization: { orgId: ACME.id } });
    const response = await tessera.send('POST', '/v2/users/human', { headers: GLOBEX_ADMIN, body });
    expectRefusal(response, 403, 7, 'No matching permissions found (AUTH-5mWD2)');
  });
});

describe('an organization that has not switched the dialect on', () => {
  it('its tokens do not exist', async () => {
    const response = await update(tessera, 'plain-user', PROFILE, bearer('plain-pat-00000000000'));
    expectRefusal(response, 401, 16, 'Errors.Token.Invalid (AUTH-7fs1e)');
  });

  it('its users are not found, not even by an instance administrator', async () => {
    await leavesNoTrace(tessera, 'plain-user', async () => {
      const written = await update(tessera, 'plain-user', PROFILE, ROOT_AUTH);
      expectRefusal(written, 404, 5, 'User could not be found (COMMAND-ugjs0upun6)');
      const read = await tessera.send('GET', '/v2/users/plain-user', { headers: ROOT_AUTH });
      expectRefusal(read, 404, 5, 'User could not be found (QUERY-Dfbg2)');
    });
  });

  it('it cannot be the organization of a call or of a new user', async () => {
    const headers = { ...ROOT_AUTH, 'x-zitadel-orgid': PLAIN };
    const body = newPerson();
    const context = await tessera.send('POST', '/v2/users/human', { headers, body });
    expectRefusal(context, 403, 7, "Organisation doesn't exist (AUTH-Bs7Ds)");
    const named = { ...body, organization: { orgId: PLAIN } };
    const response = await tessera.send('POST', '/v2/users/human', { headers: ROOT_AUTH, body: named });
    expectRefusal(response, 400, 9, 'Organisation not found (COMMAND-QXPGs)');
  });

  it('an id in use there is in use', async () => {
    const body = newPerson({ userId: 'plain-user' });
    await leavesNoTrace(tessera, 'plain-user', async () => {
      const response = await tessera.send('POST', '/v2/users/human', { headers: ROOT_AUTH, body });
      expectRefusal(response, 400, 9, 'Errors.User.AlreadyExisting (COMMAND-7yiox1isql)');
    });
  });
});

it('an administrator of an organization does not reach the instance administrators', async () => {
  const response = await update(tessera, ROOT.id, PROFILE, bearer(ACME.adminPat));
  expectRefusal(response, 404, 5, 'membership not found (AUTHZ-cdgFk)');
});

it('roles of one organization mean nothing in another', async () => {
  await plant(tessera, { id: 'globex-user', organizationId: GLOBEX.id });
  expect((await update(tessera, 'globex-user', PROFILE, GLOBEX_ADMIN)).status).toBe(200);
  expect((await update(tessera, 'globex-user', PROFILE, bearer(ACME.adminPat))).status).toBe(404);
});
