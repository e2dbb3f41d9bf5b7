import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACME, GLOBEX, type TestSetup } from '../../support/setup.ts';
import { startTessera, type Tessera, type TestResponse } from '../../support/tessera.ts';
import {
  ADMIN,
  bearer,
  END,
  END_USER,
  expectRefusal,
  type Headers,
  leavesNoTrace,
  newPerson,
  SELF_DELETER,
  setState,
  update,
  VIEWER,
  zitadelSetup,
} from './support.ts';
import { getUserByID, transportsOf } from './transports.ts';

/** With nothing switched on. */
let plain: Tessera;
let tessera: Tessera;
beforeAll(async () => {
  plain = await startTessera(zitadelSetup());
});
beforeEach(() => {
  tessera = plain;
});
afterEach(() => (tessera === plain ? undefined : tessera.stop()));
afterAll(() => plain.stop());

async function start(change: (setup: TestSetup) => void): Promise<void> {
  tessera = await startTessera(zitadelSetup(change));
}

const GLOBEX_ADMIN = bearer(GLOBEX.adminPat);
const post = (path: string, body: object, headers: Headers = ADMIN): Promise<TestResponse> =>
  tessera.send('POST', path, { headers, body });

async function person(change: object = {}, headers: Headers = ADMIN): Promise<string> {
  const response = await post('/v2/users/human', newPerson(change), headers);
  expect(response.status, response.text).toBe(200);
  return response.json.userId;
}

describe('showUnverified', () => {
  const shown = async (id: string) => {
    const single = (await tessera.send('GET', `/v2/users/${id}`, { headers: ADMIN })).json.user.human;
    const queries = [{ inUserIdsQuery: { userIds: [id] } }];
    const listed = (await post('/v2/users', { queries })).json.result[0].human;
    const connect = await post('/zitadel.user.v2.UserService/GetUserByID', { userId: id });
    const grpc = await transportsOf(tessera, ACME.adminPat).grpc(getUserByID, { userId: id });
    expect([listed, connect.json.user.human]).toEqual([single, single]);
    expect(grpc).toMatchObject({ code: 0 });
    return [single.email, single.phone];
  };

  it('is off: what is not verified says nothing', async () => {
    const id = await person({ email: { email: 'a@b.test', isVerified: false } });
    expect(await shown(id)).toEqual([{ email: 'a@b.test' }, {}]);
  });

  it('on: e-mail address and phone number say that they are not verified', async () => {
    await start(({ instance }) => {
      instance.zitadel = { showUnverified: true };
    });
    const id = await person({ email: { email: 'a@b.test', isVerified: false } });
    expect(await shown(id)).toEqual([{ email: 'a@b.test', isVerified: false }, { isVerified: false }]);
    const verified = {
      email: { email: 'c@d.test', isVerified: true },
      phone: { phone: '+41791234567', isVerified: true },
    };
    expect(await shown(await person(verified))).toEqual([
      { email: 'c@d.test', isVerified: true },
      { phone: '+41791234567', isVerified: true },
    ]);
    const machine = { organizationId: ACME.id, machine: { name: 'human' } };
    const { id: robot } = (await post('/v2/users/new', machine)).json;
    const { json } = await tessera.send('GET', `/v2/users/${robot}`, { headers: ADMIN });
    expect(json.user.machine).toEqual({ name: 'human' });
  });
});

describe('hideExistence', () => {
  /** Calls on a user that the caller must not know of, and on one that is not there. */
  const CALLS: Readonly<Record<string, (id: string, headers: Headers) => Promise<TestResponse>>> = {
    GetUserByID: (id, headers) => tessera.send('GET', `/v2/users/${id}`, { headers }),
    UpdateHumanUser: (id, headers) => update(tessera, id, { username: 'other' }, headers),
    'UpdateHumanUser with a password': (id, headers) =>
      update(tessera, id, { password: { password: { password: 'N3w-passw0rd!' } } }, headers),
    'UpdateHumanUser with a hash of no scheme': (id, headers) =>
      update(tessera, id, { password: { hashedPassword: { hash: 'zzz' } } }, headers),
    UpdateUser: (id, headers) =>
      tessera.send('PATCH', `/v2/users/${id}`, { headers, body: { human: { profile: { nickName: 'x' } } } }),
    SetEmail: (id, headers) => post(`/v2/users/${id}/email`, { email: 'x@y.test' }, headers),
    SetPhone: (id, headers) => post(`/v2/users/${id}/phone`, { phone: '+41791234567' }, headers),
    VerifyEmail: (id, headers) => post(`/v2/users/${id}/email/verify`, { verificationCode: 'A' }, headers),
    LockUser: (id, headers) => post(`/v2/users/${id}/lock`, {}, headers),
    UnlockUser: (id, headers) => post(`/v2/users/${id}/unlock`, {}, headers),
    PasswordReset: (id, headers) => post(`/v2/users/${id}/password_reset`, { returnCode: {} }, headers),
    SetPassword: (id, headers) =>
      post(`/v2/users/${id}/password`, { newPassword: { password: 'N3w-passw0rd!' } }, headers),
    CreateInviteCode: (id, headers) => post(`/v2/users/${id}/invite_code`, { returnCode: {} }, headers),
    SetUserMetadata: (id, headers) =>
      post(`/v2/users/${id}/metadata`, { metadata: [{ key: 'a', value: 'eA==' }] }, headers),
    ListUserMetadata: (id, headers) => post(`/v2/users/${id}/metadata/search`, {}, headers),
    RegisterTOTP: (id, headers) => post(`/v2/users/${id}/totp`, {}, headers),
    ListPasskeys: (id, headers) => post(`/v2/users/${id}/passkeys/_search`, {}, headers),
    DeleteUser: (id, headers) => tessera.send('DELETE', `/v2/users/${id}`, { headers }),
  };

  it('is off: another organization is told apart', async () => {
    expectRefusal(await update(tessera, END_USER.id, {}, GLOBEX_ADMIN), 404, 5, 'membership not found (AUTHZ-cdgFk)');
  });

  it('on: nobody learns from a refusal that a user is there', async () => {
    await start(({ instance }) => {
      instance.zitadel = { hideExistence: true };
    });
    const selfDeleter = bearer(SELF_DELETER.pat);
    const strangers: Headers[] = [GLOBEX_ADMIN, END, selfDeleter];
    const plain = await person();
    for (const [name, call] of Object.entries(CALLS)) {
      for (const headers of strangers) {
        const missing = await call('nobody', headers);
        // To a colleague a code is wrong: whoever holds the right one needs no role.
        if (name === 'VerifyEmail' && headers !== GLOBEX_ADMIN) continue;
        const hidden = await call(plain, headers);
        expect([name, hidden.status, hidden.text]).toEqual([name, missing.status, missing.text]);
        expect([name, hidden.status >= 400]).toEqual([name, true]);
      }
    }
    expect(await tessera.events(plain)).toHaveLength(1);
  });

  it('on: who may read a user is still told what he may not do, and so is everybody of himself', async () => {
    await start(({ instance }) => {
      instance.zitadel = { hideExistence: true };
    });
    const denied = 'No matching permissions found (AUTH-AWfge)';
    expectRefusal(await update(tessera, END_USER.id, { username: 'x' }, VIEWER), 403, 7, denied);
    const asserting = { email: { email: 'end.user@acme.test', isVerified: true } };
    const none = 'membership not found (AUTHZ-cdgFk)';
    expectRefusal(await update(tessera, END_USER.id, asserting, END), 404, 5, none);
    const body = { organizationId: ACME.id, human: newPerson() };
    expectRefusal(await post('/v2/users/new', body, GLOBEX_ADMIN), 404, 5, none);
  });
});

describe('foldEmailCase', () => {
  const fold = ({ organizations: [acme] }: TestSetup) => {
    acme.zitadel = { ...acme.zitadel, foldEmailCase: true };
  };
  const emailOf = async (id: string) => (await tessera.user(id)).email;

  it('is off: another letter case is another address', async () => {
    const id = await person({ email: { email: 'Mina@Mouse.test', isVerified: true } });
    expect((await update(tessera, id, { email: { email: 'mina@mouse.test' } })).status).toBe(200);
    expect(await emailOf(id)).toMatchObject({ value: 'mina@mouse.test', verified: false });
  });

  it('on: addresses are taken in lower case on every way', async () => {
    await start(fold);
    const email = { email: 'MINA@Mouse.TEST', isVerified: true };
    const created = (await post('/v2/users/new', { organizationId: ACME.id, human: newPerson({ email }) })).json.id;
    expect(await emailOf(created)).toMatchObject({ value: 'mina@mouse.test', verified: true });
    const id = await person({ email: { email: 'Added@Mouse.TEST' } });
    expect((await emailOf(id)).value).toBe('added@mouse.test');
    await update(tessera, id, { email: { email: 'PUT@Mouse.TEST' } });
    expect((await emailOf(id)).value).toBe('put@mouse.test');
    const patch = { human: { email: { email: 'PATCH@Mouse.TEST' } } };
    await tessera.send('PATCH', `/v2/users/${id}`, { headers: ADMIN, body: patch });
    expect((await emailOf(id)).value).toBe('patch@mouse.test');
    expect((await post(`/v2/users/${id}/email`, { email: 'SET@Mouse.TEST' })).status).toBe(200);
    expect((await emailOf(id)).value).toBe('set@mouse.test');
    const theirs = await person({ email: { email: 'Mina@Globex.test' } }, GLOBEX_ADMIN);
    expect((await emailOf(theirs)).value).toBe('Mina@Globex.test');
  });

  it('on: letter case alone is no change, also of an address from before', async () => {
    await start(() => {});
    const id = await person({ email: { email: 'Kept@Mouse.test', isVerified: true } });
    writeFileSync(join(tessera.dataDir, 'test-setup.json'), JSON.stringify(zitadelSetup(fold)));
    await tessera.restart();
    await leavesNoTrace(tessera, id, async () => {
      expect((await update(tessera, id, { email: { email: 'KEPT@mouse.TEST' } })).status).toBe(200);
      const again = await post(`/v2/users/${id}/email`, { email: 'KEPT@mouse.TEST' });
      expectRefusal(again, 400, 9, 'Email not changed (COMMAND-Uch5e)');
    });
  });
});

describe('refuseLockedUpdates', () => {
  const UPDATES: Readonly<Record<string, (id: string) => Promise<TestResponse>>> = {
    UpdateHumanUser: (id) => update(tessera, id, { username: 'changed' }),
    'UpdateHumanUser with a password': (id) =>
      update(tessera, id, { password: { password: { password: 'N3w-passw0rd!' } } }),
    UpdateUser: (id) =>
      tessera.send('PATCH', `/v2/users/${id}`, { headers: ADMIN, body: { human: { profile: { nickName: 'x' } } } }),
    SetEmail: (id) => post(`/v2/users/${id}/email`, { email: 'x@y.test' }),
    SetPhone: (id) => post(`/v2/users/${id}/phone`, { phone: '+41791112244' }),
    RemovePhone: (id) => tessera.send('DELETE', `/v2/users/${id}/phone`, { headers: ADMIN }),
    SetUserMetadata: (id) => post(`/v2/users/${id}/metadata`, { metadata: [{ key: 'a', value: 'eA==' }] }),
    DeleteUserMetadata: (id) => tessera.send('DELETE', `/v2/users/${id}/metadata?keys=color`, { headers: ADMIN }),
  };
  const change = { phone: { phone: '+41791112233', isVerified: true }, metadata: [{ key: 'color', value: 'cmVk' }] };

  it.each(Object.keys(UPDATES))('is off: %s changes a locked user', async (name) => {
    const id = await person(change);
    await setState(tessera, id, 'locked');
    expect((await UPDATES[name]?.(id))?.status).toBe(200);
    await tessera.send('DELETE', `/v2/users/${id}`, { headers: ADMIN });
  });

  it('on: a locked user stays as it is until it is unlocked', async () => {
    await start(({ organizations: [acme] }) => {
      acme.zitadel = { ...acme.zitadel, refuseLockedUpdates: true };
    });
    for (const state of ['locked', 'suspended'] as const) {
      for (const [name, call] of Object.entries(UPDATES)) {
        const id = await person(change);
        await setState(tessera, id, state);
        await leavesNoTrace(tessera, id, async () => {
          const { status, json } = await call(id);
          expect([name, status, json.message]).toEqual([name, 400, 'User is locked (COMMAND-JLK35)']);
        });
        expect((await post(`/v2/users/${id}/unlock`, {})).status).toBe(200);
        expect([name, (await call(id)).status]).toEqual([name, 200]);
        await tessera.send('DELETE', `/v2/users/${id}`, { headers: ADMIN });
      }
    }
  });

  it('on: who may not change the user is not told that it is locked; machines are users too', async () => {
    await start(({ organizations: [acme] }) => {
      acme.zitadel = { ...acme.zitadel, refuseLockedUpdates: true };
    });
    await setState(tessera, END_USER.id, 'locked');
    const denied = 'No matching permissions found (AUTH-AWfge)';
    expectRefusal(await update(tessera, END_USER.id, { username: 'x' }, VIEWER), 403, 7, denied);
    const body = { organizationId: ACME.id, machine: { name: 'Robot' } };
    const { id } = (await post('/v2/users/new', body)).json;
    await setState(tessera, id, 'locked');
    const named = { headers: ADMIN, body: { machine: { name: 'R2' } } };
    expect((await tessera.send('PATCH', `/v2/users/${id}`, named)).json.message).toBe('User is locked (COMMAND-JLK35)');
  });
});
