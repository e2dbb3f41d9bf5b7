import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
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
  OWNER,
  plant,
  VIEWER,
  zitadelSetup,
} from './support.ts';

const tessera = await startTessera(
  zitadelSetup(({ organizations: [acme] }) => {
    acme.policies = { ...acme.policies, lockout: { maxPasswordAttempts: 2 } };
  }),
);
afterAll(() => tessera.stop());

const OLD = 'Secr3tP4ssw0rd!';
const NEW = 'N3wP4ssword!';
const newPassword = { password: NEW };

let id = '';
beforeEach(async () => {
  id = await addUser(tessera, { password: { password: OLD } });
});

const set = (body: object, headers: Headers = ADMIN, user = id) =>
  tessera.send('POST', `/v2/users/${user}/password`, { headers, body });

async function resetCode(): Promise<string> {
  const body = { returnCode: {} };
  const { json } = await tessera.send('POST', `/v2/users/${id}/password_reset`, { headers: ADMIN, body });
  return json.verificationCode;
}

describe('by right', () => {
  it('a manager sets it, and may ask for a change at the next sign-in', async () => {
    const response = await set({ newPassword: { ...newPassword, changeRequired: true } }, MANAGE);
    expect(response.status, response.text).toBe(200);
    expect(response.json.details.sequence).toBe('2');
    expect(await eventTypes(tessera, id)).toEqual(['user.created', 'user.password_changed']);
    expect((await tessera.user(id)).password.changeRequired).toBe(true);
    expect((await set({ newPassword: { password: OLD }, currentPassword: NEW }, ADMIN)).status).toBe(200);
  });

  it.each<[string, Headers, number, number, string]>([
    ['a member', END, 404, 5, 'membership not found (AUTHZ-cdgFk)'],
    ['a viewer', VIEWER, 403, 7, 'No matching permissions found (AUTH-AWfge)'],
    ['another organization', bearer(GLOBEX.adminPat), 404, 5, 'membership not found (AUTHZ-cdgFk)'],
  ])('%s does not', async (_who, headers, status, code, message) => {
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(await set({ newPassword }, headers), status, code, message),
    );
  });

  it('oneself does not, nor who holds less than the user', async () => {
    expectRefusal(await set({ newPassword }, END, END_USER.id), 404, 5, 'membership not found (AUTHZ-cdgFk)');
    const message = 'No matching permissions found (AUTH-AWfge)';
    expectRefusal(await set({ newPassword }, MANAGE, OWNER.id), 403, 7, message);
  });
});

describe('by the current password', () => {
  it('whoever of the organization knows it', async () => {
    expect((await set({ newPassword, currentPassword: OLD }, END)).status).toBe(200);
  });

  it('a wrong one is counted, and locks', async () => {
    for (const failedAttempts of [1, 2]) {
      const { status, json } = await set({ newPassword, currentPassword: 'wrong' }, END);
      expect({ status, detail: json.details[0] }).toMatchObject({
        status: 400,
        detail: { id: 'COMMAND-3M0fs', failedAttempts },
      });
    }
    expect((await tessera.user(id)).state).toBe('locked');
    expect((await set({ newPassword, currentPassword: OLD }, END)).json.message).toBe('User is locked (COMMAND-JLK35)');
  });

  it('is not tried by strangers to the organization', async () => {
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(
        await set({ newPassword, currentPassword: 'wrong' }, bearer(GLOBEX.adminPat)),
        404,
        5,
        'User could not be found (COMMAND-ugjs0upun6)',
      ),
    );
  });

  it('the same again is refused', async () => {
    const response = await set({ newPassword: { password: OLD }, currentPassword: OLD });
    expectRefusal(response, 400, 9, 'New password cannot be the same as your current password (COMMAND-Aesh5)');
  });
});

describe('by a code', () => {
  it('once', async () => {
    const verificationCode = await resetCode();
    expect((await set({ newPassword, verificationCode }, END)).status).toBe(200);
    expectRefusal(await set({ newPassword, verificationCode }, END), 400, 9, 'Code not found (COMMAND-2M9fs)');
  });

  it('a wrong one is recorded, five end it', async () => {
    const code = await resetCode();
    const wrong = code === 'AAAAAA' ? 'BBBBBB' : 'AAAAAA';
    for (let tries = 1; tries <= 5; tries += 1) {
      expectRefusal(await set({ newPassword, verificationCode: wrong }, END), 400, 3, 'Code is invalid (CODE-woT0xc)');
    }
    const dead = await set({ newPassword, verificationCode: code }, END);
    expectRefusal(dead, 400, 9, 'Code not found (COMMAND-2M9fs)');
  });

  it('of another user does not fit', async () => {
    const verificationCode = await resetCode();
    const other = await addUser(tessera, { password: { password: OLD } });
    await tessera.send('POST', `/v2/users/${other}/password_reset`, { headers: ADMIN, body: { returnCode: {} } });
    const response = await set({ newPassword, verificationCode }, ADMIN, other);
    expectRefusal(response, 400, 3, 'Code is invalid (CODE-woT0xc)');
  });
});

describe('refusals', () => {
  it.each([{}, { newPasword: newPassword }, { currentPassword: OLD }])('no new password: %j', async (body) => {
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(await set(body), 400, 3, 'Password is empty (COMMAND-3klek4sbns)'),
    );
  });

  it('an empty one, a weak one', async () => {
    const rule = 'value length must be between 1 and 200 runes, inclusive';
    const empty = `invalid SetPasswordRequest.NewPassword: embedded message failed validation | caused by: invalid Password.Password: ${rule}`;
    expectRefusal(await set({ newPassword: { password: '' } }), 400, 3, empty);
    expectRefusal(await set({ newPassword: { password: 'Sh0rt!' } }), 400, 3, 'Password is too short (DOMAIN-HuJf6)');
  });

  it('both proofs at once', async () => {
    expect((await set({ newPassword, currentPassword: OLD, verificationCode: 'ABCDEF' })).status).toBe(400);
  });

  it('unknown, machine, initial', async () => {
    await plant(tessera, { id: `m-${id}`, kind: 'machine' });
    await plant(tessera, { id: `i-${id}`, state: 'initial' });
    const missing = 'User could not be found (COMMAND-ugjs0upun6)';
    expectRefusal(await set({ newPassword }, ADMIN, 'unknown'), 404, 5, missing);
    expectRefusal(await set({ newPassword }, ADMIN, `m-${id}`), 404, 5, missing);
    expectRefusal(await set({ newPassword }, ADMIN, `i-${id}`), 400, 9, 'User is not yet initialized (COMMAND-M9dse)');
  });
});
