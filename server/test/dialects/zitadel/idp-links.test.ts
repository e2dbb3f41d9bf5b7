import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { UserService } from '../../../src/api/zitadel/protocol/user-service.ts';
import { ACME, EVERYWHERE_IDP, GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { addMachine } from './machine-support.ts';
import {
  ADMIN,
  addUser,
  bearer,
  END,
  END_USER,
  eventTypes,
  expectRefusal,
  type Headers,
  leavesNoTrace,
  MANAGE,
  NO_MEMBERSHIP,
  NO_PERMISSION,
  NO_USER,
  newPerson,
  OWNER,
  ROOT_AUTH,
  setState,
  VIEWER,
  zitadelSetup,
} from './support.ts';
import { TRANSPORTS, transportsOf } from './transports.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const IDP = ACME.idp.id;
let id = '';
let count = 0;
let who = '';
beforeEach(async () => {
  count += 1;
  who = `identity ${count}`;
  id = await addUser(tessera);
});

const linkTo = (userId: string, idpId: string = IDP) => ({ idpId, userId, userName: `${userId} there` });
const add = (idpLink: unknown = linkTo(who), headers: Headers = ADMIN, user = id) =>
  tessera.send('POST', `/v2/users/${encodeURIComponent(user)}/links`, { headers, body: { idpLink } });
const list = (query?: object, headers: Headers = ADMIN, user = id) =>
  tessera.send('POST', `/v2/users/${user}/links/_search`, { headers, body: query === undefined ? {} : { query } });
const remove = (linked = who, headers: Headers = ADMIN, user = id, idpId: string = IDP) =>
  tessera.send('DELETE', `/v2/users/${user}/links/${idpId}/${encodeURIComponent(linked)}`, { headers });
const linksOf = async (user = id) => (await tessera.user(user)).factors.idpLinks;

const UNKNOWN_IDP = [400, 9, 'Identity provider not found (COMMAND-39nf2)'] as const;
const TAKEN = [409, 6, 'External IDP already exists (V3-DKcYh)'] as const;
const NO_LINK = [404, 5, 'External IDP not found'] as const;

describe('AddIDPLink', () => {
  it('links a user to an identity, and shows the write', async () => {
    const response = await add();
    expect(response.status, response.text).toBe(200);
    expect(response.json).toEqual({
      details: { sequence: '2', changeDate: expect.any(String), resourceOwner: ACME.id },
    });
    // Readers of the user see no change.
    expect(response.headers.get('etag')).toBe('"1"');
    expect(await linksOf()).toEqual([linkTo(who)]);
    expect(await eventTypes(tessera, id)).toEqual(['user.created', 'user.idp_link_added']);
  });

  it('takes providers of the organization and of the instance, no others', async () => {
    expect((await add(linkTo(who, EVERYWHERE_IDP.id))).status).toBe(200);
    await leavesNoTrace(tessera, id, async () => {
      for (const idpId of [GLOBEX.idp.id, 'nowhere']) expectRefusal(await add(linkTo(who, idpId)), ...UNKNOWN_IDP);
    });
  });

  it('refuses an identity that a user has, the same or another, here or elsewhere', async () => {
    const shared = linkTo(who, EVERYWHERE_IDP.id);
    expect((await add(shared)).status).toBe(200);
    const other = await addUser(tessera);
    await leavesNoTrace(tessera, other, async () => expectRefusal(await add(shared, ADMIN, other), ...TAKEN));
    await leavesNoTrace(tessera, id, async () => {
      expectRefusal(await add({ ...shared, userName: 'another name' }), ...TAKEN);
    });
    const headers = bearer(GLOBEX.adminPat);
    const foreign = await addUser(tessera, {}, headers);
    expectRefusal(await add(shared, headers, foreign), ...TAKEN);
    // The same id at another provider is another identity.
    expect((await add(linkTo(who, GLOBEX.idp.id), headers, foreign)).status).toBe(200);
  });

  it('gives an identity to one of many who want it at once', async () => {
    const others = await Promise.all(Array.from({ length: 5 }, () => addUser(tessera)));
    const answers = await Promise.all(others.map((other) => add(linkTo(who), ADMIN, other)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409, 409]);
  });

  it('refuses what is no link', async () => {
    expectRefusal(await add(null), 400, 3, 'idp_link is required');
    for (const member of ['idpId', 'userId', 'userName']) {
      const { status, json } = await add({ ...linkTo(who), [member]: '' });
      expect(status).toBe(400);
      expect(json.message).toMatch(/^invalid AddIDPLinkRequest\.IdpLink: .*between 1 and 200 runes, inclusive$/);
    }
    expect((await add({ ...linkTo(who), userId: 'x'.repeat(201) })).status).toBe(400);
  });
});

describe('RemoveIDPLink', () => {
  it('takes the link away, and the identity may be given again', async () => {
    await add();
    const response = await remove();
    expect(response.json).toEqual({
      details: { sequence: '3', changeDate: expect.any(String), resourceOwner: ACME.id },
    });
    expect(await linksOf()).toEqual([]);
    expect(await eventTypes(tessera, id)).toEqual(['user.created', 'user.idp_link_added', 'user.idp_link_removed']);
    const other = await addUser(tessera);
    expect((await add(linkTo(who), ADMIN, other)).status).toBe(200);
  });

  it('refuses one that is not there', async () => {
    await add();
    await leavesNoTrace(tessera, id, async () => {
      expectRefusal(await remove('nobody'), ...NO_LINK);
      expectRefusal(await remove(who, ADMIN, id, EVERYWHERE_IDP.id), ...NO_LINK);
    });
  });
});

describe('ListIDPLinks', () => {
  it('shows them by provider and identity, in pages, with the total', async () => {
    const given = [linkTo(`${who} b`), linkTo(`${who} a`, EVERYWHERE_IDP.id), linkTo(`${who} a`)];
    for (const one of given) expect((await add(one)).status).toBe(200);
    const [third, second, first] = [given[1], given[0], given[2]];
    const { json, headers } = await list({ asc: true });
    expect(json).toEqual({
      details: { totalResult: '3', processedSequence: '4', timestamp: expect.any(String) },
      result: [first, second, third],
    });
    expect(headers.get('etag')).toBe('"1"');
    expect((await list()).json.result).toEqual([third, second, first]);
    const page = await list({ asc: true, offset: '1', limit: 1 });
    expect(page.json).toMatchObject({ details: { totalResult: '3' }, result: [second] });
    expect((await list({ offset: '18446744073709551615' })).json.result).toBeUndefined();
  });

  it('is empty for who has none', async () => {
    const { status, json } = await list();
    expect({ status, result: json.result }).toEqual({ status: 200, result: undefined });
  });
});

describe('links of a new user', () => {
  const human = (idpLinks: unknown) => {
    const { profile, email } = newPerson();
    return { organizationId: ACME.id, human: { profile, email, idpLinks } };
  };
  const create = (idpLinks: unknown) =>
    tessera.send('POST', '/v2/users/new', { headers: ADMIN, body: human(idpLinks) });
  const addHuman = (idpLinks: unknown) =>
    tessera.send('POST', '/v2/users/human', { headers: ADMIN, body: newPerson({ idpLinks }) });

  it.each([
    ['CreateUser', create],
    ['AddHumanUser', addHuman],
  ])('%s gives them, all or nothing', async (_name, make) => {
    const links = [linkTo(who), linkTo(who, EVERYWHERE_IDP.id)];
    const { status, text, json } = await make(links);
    expect(status, text).toBe(200);
    expect(await linksOf(json.id ?? json.userId)).toEqual(links);
    expectRefusal(await make([linkTo('new one'), linkTo(who)]), ...TAKEN);
    expectRefusal(await make([linkTo('new one'), linkTo('new one', 'nowhere')]), ...UNKNOWN_IDP);
    expectRefusal(await make([linkTo('new one'), linkTo('new one')]), ...TAKEN);
    // Nothing of those is left.
    expect((await add(linkTo('new one'))).status).toBe(200);
    expect((await remove('new one')).status).toBe(200);
  });

  it('are a way to sign in, so such a user is not invited', async () => {
    const { json } = await create([linkTo(who)]);
    const invite = () => tessera.send('POST', `/v2/users/${json.id}/invite_code`, { headers: ADMIN, body: {} });
    expectRefusal(await invite(), 400, 9, 'User is already initialized (COMMAND-EF34g)');
    await remove(who, ADMIN, json.id);
    expect((await invite()).status).toBe(200);
  });
});

describe('who may', () => {
  it.each([
    ['a manager', MANAGE],
    ['an owner', ADMIN],
    ['an administrator of the instance', ROOT_AUTH],
  ])('%s may do all of it', async (_who, headers) => {
    expect((await add(linkTo(who), headers)).status).toBe(200);
    expect((await list({}, headers)).json.result).toHaveLength(1);
    expect((await remove(who, headers)).status).toBe(200);
  });

  it('oneself may do all of it', async () => {
    expect((await add(linkTo(who), END, END_USER.id)).status).toBe(200);
    expect((await list({}, END, END_USER.id)).json.result).toHaveLength(1);
    expect((await remove(who, END, END_USER.id)).status).toBe(200);
  });

  it('a viewer only looks', async () => {
    await add();
    await leavesNoTrace(tessera, id, async () => {
      expectRefusal(await add(linkTo('x'), VIEWER), ...NO_PERMISSION);
      expectRefusal(await remove(who, VIEWER), ...NO_PERMISSION);
    });
    expect((await list({}, VIEWER)).json.result).toHaveLength(1);
  });

  it('others do not, and learn nothing', async () => {
    await add();
    await leavesNoTrace(tessera, id, async () => {
      for (const headers of [END, bearer(GLOBEX.adminPat)]) {
        expectRefusal(await add(linkTo(who), headers), ...NO_MEMBERSHIP);
        expectRefusal(await remove(who, headers), ...NO_MEMBERSHIP);
        expectRefusal(await list({}, headers), ...NO_MEMBERSHIP);
      }
      for (const response of [await add(linkTo('x'), {}), await remove(who, {}), await list({}, {})]) {
        expectRefusal(response, 401, 16, 'auth header missing');
      }
    });
  });

  it('nobody gives an identity of his to who holds more', async () => {
    await leavesNoTrace(tessera, OWNER.id, async () => {
      expectRefusal(await add(linkTo(who), MANAGE, OWNER.id), ...NO_PERMISSION);
    });
  });
});

describe('users', () => {
  it('that are missing, deleted, or machines', async () => {
    const deleted = await addUser(tessera);
    await tessera.send('DELETE', `/v2/users/${deleted}`, { headers: ADMIN });
    for (const user of ['nobody', deleted, await addMachine(tessera)]) {
      expectRefusal(await add(linkTo(who), ADMIN, user), ...NO_USER);
      expectRefusal(await remove(who, ADMIN, user), ...NO_USER);
    }
    expectRefusal(await list({}, ADMIN, 'nobody'), ...NO_USER);
  });

  it('that are locked are linked all the same', async () => {
    await setState(tessera, id, 'locked');
    expect((await add()).status).toBe(200);
    expect((await remove()).status).toBe(200);
  });

  it('that are deleted leave their identities to others', async () => {
    await add();
    await tessera.send('DELETE', `/v2/users/${id}`, { headers: ADMIN });
    expect((await add(linkTo(who), ADMIN, await addUser(tessera))).status).toBe(200);
  });
});

describe('repetitions and preconditions', () => {
  it('a repeated key gets the first answer, another request with it none', async () => {
    const headers = { ...ADMIN, 'idempotency-key': `idp-${count}` };
    const first = await add(linkTo(who), headers);
    const again = await add(linkTo(who), headers);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await linksOf()).toHaveLength(1);
    expect((await add(linkTo('x'), headers)).json.message).toMatch(/Idempotency-Key was used/);
    const gone = { ...ADMIN, 'idempotency-key': `idp-gone-${count}` };
    expect((await remove(who, gone)).text).toBe((await remove(who, gone)).text);
  });

  it('If-Match is about what readers see', async () => {
    await leavesNoTrace(tessera, id, async () => {
      expect((await add(linkTo(who), { ...ADMIN, 'if-match': '"9"' })).status).toBe(412);
    });
    expect((await add(linkTo(who), { ...ADMIN, 'if-match': '"1"' })).status).toBe(200);
    expect((await remove(who, { ...ADMIN, 'if-match': '"9"' })).status).toBe(412);
    expect((await remove(who, { ...ADMIN, 'if-match': '"1"' })).status).toBe(200);
  });
});

it.each(TRANSPORTS)('over %s', async (transport) => {
  const call = transportsOf(tessera, ACME.adminPat)[transport];
  const { addIDPLink, listIDPLinks, removeIDPLink } = UserService.method;
  const asked = { userId: id, idpLink: linkTo(who) };
  expect(await call(addIDPLink, asked)).toMatchObject({ code: 0, details: { details: { sequence: '2' } } });
  expect(await call(addIDPLink, asked)).toMatchObject({ code: 6, message: TAKEN[2] });
  expect(await call(listIDPLinks, { userId: id })).toMatchObject({ code: 0, details: { result: [linkTo(who)] } });
  const gone = { userId: id, idpId: IDP, linkedUserId: who };
  expect(await call(removeIDPLink, gone)).toMatchObject({ code: 0, details: { details: { sequence: '3' } } });
  expect(await call(removeIDPLink, gone)).toMatchObject({ code: 5, message: NO_LINK[2] });
});
