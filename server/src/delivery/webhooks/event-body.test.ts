import { describe, expect, it } from 'vitest';
import { emailChanged } from '../../../test/support/event-deliveries.ts';
import { eventBody } from './event-body.ts';

const dataOf = (event: Parameters<typeof eventBody>[0]) => JSON.parse(eventBody(event)).data;
const change = (after: unknown) => ({ before: null, after });

describe('the body of a webhook', () => {
  it('tells what happened to whom, from what to what, and who asked for it', () => {
    expect(JSON.parse(eventBody(emailChanged()))).toEqual({
      type: 'user.email_changed',
      timestamp: '2026-01-15T12:00:00.000Z',
      data: {
        user: { id: '400000000000000001', organizationId: 'org-a', kind: 'human' },
        sequence: 7,
        changes: { 'email.value': { before: 'old@acme.test', after: 'new@acme.test' } },
        origin: { actor: 'user:1', dialect: 'ownli', client: 'token', requestId: 'request-7' },
      },
    });
  });

  it('has nothing of what is secret', () => {
    const changes = {
      'password.hash': change('$2b$10$hash-secret'),
      'password.changedAt': change(1),
      'password.code': change({ digest: 'code-secret' }),
      'email.code': change({ digest: 'code-secret' }),
      'credentials.tokens': change([{ digest: 'token-secret' }]),
      'credentials.sessions': change([{ keyDigest: 'session-secret' }]),
      'factors.totp': change({ sealedSecret: 'totp-secret' }),
      'apps.devices': change([{ pushToken: 'device-secret' }]),
    };
    const event = emailChanged({ type: 'user.password_changed', changes });
    expect(dataOf(event).changes).toEqual({ 'password.changedAt': change(1) });
    expect(eventBody(event)).not.toContain('secret');
  });

  it('leaves out the largest values when it would have more than 20,000 bytes, and names them', () => {
    const changes = {
      'profile.givenName': change('Ada'),
      'profile.bio': change('ü'.repeat(6_000)),
      'extra.metadata': change({ key: 'x'.repeat(30_000) }),
      'extra.adminNote': change('n'.repeat(5_000)),
    };
    const event = emailChanged({ type: 'user.created', changes });
    expect(dataOf(event)).toMatchObject({ leftOut: ['extra.metadata'] });
    expect(Object.keys(dataOf(event).changes)).toEqual(['profile.givenName', 'profile.bio', 'extra.adminNote']);
  });

  it.each([19_000, 19_600, 19_700, 19_800, 20_000, 100_000])('is never larger, with %i bytes of values', (bytes) => {
    const third = Math.ceil(bytes / 3);
    const values = ['a', 'b', 'c'].map((letter) => letter.repeat(third));
    const changes = {
      'profile.bio': change(values[0]),
      'extra.adminNote': change(values[1]),
      'extra.tags': change(values[2]),
    };
    const event = emailChanged({ changes });
    expect(Buffer.byteLength(eventBody(event))).toBeLessThanOrEqual(20_000);
    const { leftOut = [], changes: told } = dataOf(event);
    expect([...leftOut, ...Object.keys(told)].toSorted()).toEqual(Object.keys(changes).toSorted());
    // Nothing is missing that has room.
    expect(leftOut.length).toBe(bytes <= 19_600 ? 0 : bytes === 100_000 ? 3 : 1);
  });
});
