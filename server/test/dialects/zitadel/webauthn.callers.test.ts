import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Authenticator } from '../../support/authenticator.ts';
import { GLOBEX } from '../../support/setup.ts';
import { startTessera, type TestResponse } from '../../support/tessera.ts';
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
  NO_TOKEN,
  NO_USER,
  OWNER,
  plant,
  type Refusal,
  setState,
  VIEWER,
  zitadelSetup,
} from './support.ts';
import { credentialCalls, KINDS, type Kind } from './webauthn-support.ts';

const LOGIN_CLIENT = { id: '400000000000000030', pat: 'login-client-pat-0000' };
const setup = zitadelSetup((setup) => {
  const person = { username: 'login.client', givenName: 'Lo', familyName: 'Gin', roles: ['IAM_LOGIN_CLIENT'] };
  setup.instance.users = [{ ...person, id: LOGIN_CLIENT.id, personalAccessToken: LOGIN_CLIENT.pat }];
});
const tessera = await startTessera(setup);
afterAll(() => tessera.stop());

let user = '';
beforeEach(async () => {
  user = await addUser(tessera);
});

const LOGIN = bearer(LOGIN_CLIENT.pat);

function expectOutcome(response: TestResponse, refused: Refusal | null): void {
  if (refused === null) expect(response.status, response.text).toBe(200);
  else expectRefusal(response, ...refused);
}

describe.each(Object.keys(KINDS) as Kind[])('a %s', (kind) => {
  const { begin, begun, finish, registered, remove } = credentialCalls(tessera, kind);
  const { id: idName, label, events } = KINDS[kind];
  const MISSING: Refusal = [404, 5, `${label} not found`];

  it('a repeated call gets its first answer, challenge and all', async () => {
    // Given
    const keyed = (key: string): Headers => ({ ...ADMIN, 'idempotency-key': `${kind}-${user}-${key}` });
    const first = await begin(user, {}, keyed('begin'));
    const again = await begin(user, {}, keyed('begin'));
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    // When
    const id = first.json[idName];
    const answer = new Authenticator().register(first.json.publicKeyCredentialCreationOptions.publicKey);
    const verified = await finish(user, id, answer, keyed('finish'));
    // Then
    expect((await finish(user, id, answer, keyed('finish'))).text).toBe(verified.text);
    expect((await finish(user, id, answer, keyed('finish'), 'Other')).json.code).toBe(3);
    const removed = await remove(user, id, keyed('remove'));
    expect((await remove(user, id, keyed('remove'))).text).toBe(removed.text);
    expect(await eventTypes(tessera, user)).toEqual(['user.created', ...events]);
  });

  it('a stale If-Match changes nothing', async () => {
    const stale: Headers = { ...ADMIN, 'if-match': '"7"' };
    const current: Headers = { ...ADMIN, 'if-match': '"1"' };
    const { id, answerOf } = await begun(user, {}, current);
    await leavesNoTrace(tessera, user, async () => {
      for (const response of [await begin(user, {}, stale), await finish(user, id, answerOf(), stale)]) {
        expect([response.status, response.json.code]).toEqual([412, 9]);
      }
      expect((await remove(user, id, stale)).status).toBe(412);
    });
    expect((await finish(user, id, answerOf(), current)).status).toBe(200);
    expect((await remove(user, id, current)).status).toBe(200);
  });

  it.each<[string, Headers, Refusal | null, Refusal | null]>([
    ['nobody', {}, NO_TOKEN, NO_TOKEN],
    ['a member', END, NO_MEMBERSHIP, NO_MEMBERSHIP],
    ['a viewer', VIEWER, NO_PERMISSION, NO_PERMISSION],
    ['another organization', bearer(GLOBEX.adminPat), NO_MEMBERSHIP, NO_MEMBERSHIP],
    ['a manager', MANAGE, NO_PERMISSION, null],
    ['the login client', LOGIN, null, null],
    ['an owner', ADMIN, null, null],
  ])('by %s', async (_who, headers, registering, removing) => {
    const { id, answerOf } = await begun(user);
    const before = [await tessera.user(user), await tessera.events(user)];
    expectOutcome(await begin(user, {}, headers), registering);
    expectOutcome(await finish(user, id, answerOf(), headers), registering);
    if (registering !== null) expect([await tessera.user(user), await tessera.events(user)]).toEqual(before);
    expectOutcome(await remove(user, id, headers), removing);
    expect((await tessera.user(user)).factors[KINDS[kind].field].some((entry) => entry.id === id)).toBe(
      removing !== null,
    );
  });

  it('of oneself', async () => {
    const { id, answerOf } = await begun(END_USER.id, {}, END);
    expect((await finish(END_USER.id, id, answerOf(), END)).status).toBe(200);
    expect((await remove(END_USER.id, id, END)).status).toBe(200);
  });

  it('of who holds more is out of reach', async () => {
    const id = await registered(OWNER.id);
    expectRefusal(await begin(OWNER.id, {}, LOGIN), ...NO_PERMISSION);
    expectRefusal(await remove(OWNER.id, id, MANAGE), ...NO_PERMISSION);
  });

  it('of nobody, of a machine, of somebody deleted', async () => {
    await plant(tessera, { id: `machine-${kind}`, kind: 'machine' });
    const gone = await addUser(tessera);
    const { id, answerOf } = await begun(gone);
    await tessera.send('DELETE', `/v2/users/${gone}`, { headers: ADMIN });
    for (const missing of ['unknown', `machine-${kind}`, gone]) {
      expectRefusal(await begin(missing), ...NO_USER);
      expectRefusal(await finish(missing, id, answerOf()), ...NO_USER);
      expectRefusal(await remove(missing, id), ...NO_USER);
    }
    expectRefusal(await finish(user, id, answerOf()), ...MISSING);
    expectRefusal(await remove(user, id), ...MISSING);
  });

  it('of somebody locked', async () => {
    await setState(tessera, user, 'locked');
    await remove(user, await registered(user));
    expect((await tessera.user(user)).state).toBe('locked');
  });
});
