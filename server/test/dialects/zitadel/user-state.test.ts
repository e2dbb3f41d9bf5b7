import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { UserState } from '../../../src/core/user/user.ts';
import { startTessera } from '../../support/tessera.ts';
import {
  ADMIN,
  addUser,
  END,
  END_USER,
  eventTypes,
  expectRefusal,
  type Headers,
  leavesNoTrace,
  MANAGE,
  MANAGER,
  OWNER,
  setState,
  VIEWER,
  zitadelSetup,
} from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const LOCK = 'User is not active or initial (COMMAND-lgws8wtsqf)';
const UNLOCK = 'User is not locked (COMMAND-olb9vb0oca)';
const ALREADY = 'User already inactive (COMMAND-5gunjw0cd7)';
const INITIAL = 'User with state initial can only be deleted not deactivated (COMMAND-gvx4kct9r2)';
const REACTIVATE = 'User is not inactive (COMMAND-s5qqcz97hf)';

type Outcome = UserState | string;
type From = Exclude<UserState, 'deleted'>;
const TABLE: Readonly<Record<string, { readonly missing: string; readonly from: Readonly<Record<From, Outcome>> }>> = {
  lock: {
    missing: 'COMMAND-450yxuqrh1',
    from: { active: 'locked', initial: 'locked', inactive: LOCK, locked: LOCK, suspended: LOCK },
  },
  unlock: {
    missing: 'COMMAND-x377t913pw',
    from: { active: UNLOCK, initial: UNLOCK, inactive: UNLOCK, locked: 'active', suspended: 'active' },
  },
  deactivate: {
    missing: 'COMMAND-5gp2p62iin',
    from: { active: 'inactive', initial: INITIAL, inactive: ALREADY, locked: 'inactive', suspended: 'inactive' },
  },
  reactivate: {
    missing: 'COMMAND-9hy5kzbuk6',
    from: {
      active: REACTIVATE,
      initial: REACTIVATE,
      inactive: 'active',
      locked: REACTIVATE,
      suspended: REACTIVATE,
    },
  },
};

const act = (action: string, id: string, headers: Headers = ADMIN) =>
  tessera.send('POST', `/v2/users/${id}/${action}`, { headers, body: {} });

let id = '';
beforeEach(async () => {
  id = await addUser(tessera);
});

describe.each(Object.entries(TABLE))('%s', (action, { missing, from }) => {
  it.each(Object.entries(from))('from %s: %s', async (state, outcome) => {
    if (state !== 'active') await setState(tessera, id, state as UserState);
    if (outcome.includes(' ')) {
      await leavesNoTrace(tessera, id, async () => expectRefusal(await act(action, id), 400, 9, outcome));
      return;
    }
    const response = await act(action, id);
    expect(response.status, response.text).toBe(200);
    expect(response.json.details.sequence).toBe('2');
    expect(response.headers.get('etag')).toBe('"2"');
    expect(await eventTypes(tessera, id)).toEqual(['user.created', 'user.state_changed']);
    expect((await tessera.user(id)).state).toBe(outcome);
  });

  it('the right is asked for before the state', async () => {
    for (const state of ['active', 'inactive', 'locked'] as const) {
      await setState(tessera, id, state);
      expectRefusal(await act(action, id, VIEWER), 403, 7, 'No matching permissions found (AUTH-AWfge)');
      expectRefusal(await act(action, id, END), 404, 5, 'membership not found (AUTHZ-cdgFk)');
    }
  });

  it('being oneself is not enough', async () => {
    expectRefusal(await act(action, END_USER.id, END), 404, 5, 'membership not found (AUTHZ-cdgFk)');
  });

  it('unknown and deleted users', async () => {
    await tessera.send('DELETE', `/v2/users/${id}`, { headers: ADMIN });
    const message = `User could not be found (${missing})`;
    expectRefusal(await act(action, 'unknown'), 404, 5, message);
    expectRefusal(await act(action, id), 404, 5, message);
  });
});

it('a manager may, but not to a user who holds more', async () => {
  expect((await act('lock', id, MANAGE)).status).toBe(200);
  expectRefusal(await act('lock', OWNER.id, MANAGE), 403, 7, 'No matching permissions found (AUTH-AWfge)');
});

it('machines like humans; who is locked cannot call, who is unlocked can again', async () => {
  const created = await tessera.send('POST', '/v2/users/new', {
    headers: ADMIN,
    body: { organizationId: (await tessera.user(id)).organizationId, machine: { name: 'Robot' } },
  });
  expect((await act('lock', created.json.id)).status).toBe(200);
  expect((await act('lock', MANAGER.id)).status).toBe(200);
  expect((await act('lock', id, MANAGE)).status).toBe(401);
  expect((await act('unlock', MANAGER.id)).status).toBe(200);
  expect((await act('lock', id, MANAGE)).status).toBe(200);
});

it('unlocking forgets failed attempts', async () => {
  const user = await addUser(tessera, { password: { password: 'Secr3tP4ssw0rd!' } });
  const password = { password: { password: 'N3wP4ssword!' }, currentPassword: 'wrong' };
  await tessera.send('PUT', `/v2/users/human/${user}`, { headers: ADMIN, body: { password } });
  expect((await tessera.user(user)).password.failedAttempts).toBe(1);
  await act('lock', user);
  await act('unlock', user);
  expect((await tessera.user(user)).password.failedAttempts).toBe(0);
});
