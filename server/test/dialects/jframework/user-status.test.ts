import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withRows } from '../../support/rows.ts';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { ADMIN, Client, codes, EDITOR, type Member, startClient } from './support.ts';

let client: Client;
let key: string;
beforeAll(async () => {
  client = await startClient();
  key = await client.keyOf(ADMIN.username, ADMIN.password);
});
afterAll(() => client.tessera.stop());

const act = (id: string, action: string, as: string | null = key, headers = {}) =>
  client.call('POST', `/users/${id}/${action}`, { ...(as !== null && { key: as }), headers });

/** How to bring an active user into a status. */
const INTO = { Active: [], Inactive: ['deactivate'], Locked: ['lock'], Suspended: ['suspend'] } as const;
type Status = keyof typeof INTO;
const STATUSES = Object.keys(INTO) as Status[];

async function memberIn(status: Status): Promise<Member> {
  const member = await client.member();
  for (const action of INTO[status]) expect((await act(member.id, action)).status).toBe(200);
  return member;
}

const statusOf = async (id: string): Promise<string> => (await client.get(id, key)).json.data.status;

function mailsTo(id: string): Promise<Record<string, unknown>[]> {
  return withRows(client.tessera.database, async ({ query }) => {
    const rows = await query('SELECT message FROM outbox WHERE user_id = $1 ORDER BY id', [id]);
    return rows.map(({ message }) => JSON.parse(String(message)));
  });
}

const ACTIONS: Readonly<Record<string, { from: readonly Status[]; to: Status; mail?: string }>> = {
  activate: { from: STATUSES, to: 'Active', mail: 'user_activated' },
  deactivate: { from: ['Active'], to: 'Inactive', mail: 'user_deactivated' },
  lock: { from: ['Active'], to: 'Locked', mail: 'user_locked' },
  unlock: { from: ['Locked'], to: 'Active' },
  suspend: { from: ['Active'], to: 'Suspended', mail: 'user_suspended' },
  unsuspend: { from: ['Suspended'], to: 'Active' },
};
const MATRIX = Object.keys(ACTIONS).flatMap((action) => STATUSES.map((status) => [action, status] as const));

describe('POST /users/{id}/ activate, deactivate, lock, unlock, suspend, unsuspend', () => {
  it.each(MATRIX)('%s somebody who is %s', async (action, status) => {
    // Given
    const { from = [], to = status, mail } = ACTIONS[action] ?? {};
    const member = await memberIn(status);
    const before = await client.tessera.events(member.id);
    const mailed = (await mailsTo(member.id)).length;
    // When
    const response = await act(member.id, action);
    // Then
    const gained = await client.gained(member.id, before.length);
    const mails = (await mailsTo(member.id)).slice(mailed);
    if (!from.includes(status)) {
      expect(response.status).toBe(409);
      expect(codes(response)).toEqual(['UserStatusConflict']);
      expect([gained, mails]).toEqual([[], []]);
      expect(await statusOf(member.id)).toBe(status);
      return;
    }
    expect([response.status, response.json.data]).toEqual([200, true]);
    expect(await statusOf(member.id)).toBe(to);
    if (status === to) {
      expect([gained, mails]).toEqual([[], []]);
      return;
    }
    const state = { before: status.toLowerCase(), after: to.toLowerCase() };
    // Whoever was signed in is not any more.
    const ended = status === 'Active' ? { 'credentials.sessions': { before: null, after: [] } } : {};
    expect(gained).toEqual([['user.state_changed', { state, ...ended }]]);
    const expected = {
      kind: mail,
      channel: 'email',
      userId: member.id,
      organizationId: ACME.id,
      to: member.emailAddress,
    };
    expect(mails).toEqual(mail === undefined ? [] : [expected]);
    expect(response.headers.get('etag')).toBe((await client.get(member.id, key)).headers.get('etag'));
  });

  it.each(['lock', 'suspend', 'deactivate'])('%s ends the keys at once, and signing in', async (action) => {
    const member = await client.member();
    await act(member.id, action);
    expect((await client.get(member.id, member.key)).status).toBe(401);
    expect((await client.signIn(member.username, member.password)).status).toBe(403);
  });

  it('unlock lets the old password in again, and forgets failed tries', async () => {
    const member = await client.member();
    for (let n = 0; n < 10; n += 1) await client.signIn(member.username, 'wrong');
    expect(await statusOf(member.id)).toBe('Locked');
    expect((await act(member.id, 'unlock')).status).toBe(200);
    expect((await client.tessera.user(member.id)).password.failedAttempts).toBe(0);
    expect((await client.signIn(member.username, member.password)).status).toBe(200);
  });

  it('nobody without an e-mail address is sent a mail', async () => {
    const body = { phoneNumber: '+41791230077', password: 'passw0rd' };
    const { data } = (await client.call('POST', '/users/register/phone-number', { body })).json;
    expect((await act(data.id, 'lock')).status).toBe(200);
    expect(await mailsTo(data.id)).toEqual([]);
  });

  it('404 for nobody, for somebody of another brand and for a deleted one', async () => {
    const stranger = await new Client(client.tessera, GLOBEX.brandUrl).member();
    const gone = await client.member();
    await client.call('DELETE', `/users/${gone.id}`, { key });
    for (const id of ['999999999999999999', stranger.id, gone.id]) {
      for (const action of Object.keys(ACTIONS)) expect((await act(id, action)).status).toBe(404);
    }
    expect((await client.tessera.user(stranger.id)).state).toBe('active');
  });

  it.each(Object.keys(ACTIONS))('%s is not for oneself, others, editors; nor without a key', async (action) => {
    const member = await client.member();
    const editor = await client.keyOf(EDITOR.username, EDITOR.password);
    const other = await client.member();
    for (const as of [member.key, other.key, editor]) {
      const refused = await act(member.id, action, as);
      expect([refused.status, codes(refused)]).toEqual([403, ['AccessDenied']]);
    }
    expect((await act(member.id, action, null)).status).toBe(401);
    expect(await statusOf(member.id)).toBe('Active');
  });

  it('who may do more than the caller is out of reach', async () => {
    const manager = await client.member();
    await client.grant(manager.id, 'ADMIN', key);
    const owner = (await client.signIn(ADMIN.username, ADMIN.password)).json.data.id;
    const member = await client.member();
    expect((await act(member.id, 'lock', manager.key)).status).toBe(200);
    expect((await act(owner, 'lock', manager.key)).status).toBe(403);
    expect(await statusOf(owner)).toBe('Active');
  });

  it('a retry with the same key gets the same answer; a precondition holds', async () => {
    const member = await client.member();
    const headers = { 'idempotency-key': `lock-${member.id}` };
    const first = await act(member.id, 'lock', key, headers);
    const again = await act(member.id, 'lock', key, headers);
    expect([first.status, again.status, again.text]).toEqual([200, 200, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await mailsTo(member.id)).toHaveLength(1);
    expect((await act(member.id, 'unlock', key, { 'if-match': '"99"' })).status).toBe(412);
    expect((await act(member.id, 'unlock', key, { 'if-match': first.headers.get('etag') ?? '' })).status).toBe(200);
  });
});
