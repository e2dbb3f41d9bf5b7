import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { emailChanged } from '../../../test/support/event-deliveries.ts';
import { signedRequest } from './standard-webhooks.ts';

const NOW = Date.UTC(2026, 0, 15, 12, 0, 0, 700);
const secretOf = (bytes: number) => `whsec_${randomBytes(bytes).toString('base64')}`;
const SECRET = secretOf(32);

afterEach(() => vi.useRealTimers());

function receiveAt(now: number) {
  vi.useFakeTimers({ now, toFake: ['Date'] });
}

describe('a signed request', () => {
  it.each([24, 25, 26, 32, 64])('is taken by the library of Standard Webhooks, with a key of %i bytes', (bytes) => {
    receiveAt(NOW + 60_000);
    const secret = secretOf(bytes);
    const { body, headers } = signedRequest(emailChanged(), secret, NOW);
    expect(new Webhook(secret).verify(body, { ...headers })).toEqual(JSON.parse(body));
  });

  it('says when this try was made, in seconds', () => {
    expect(signedRequest(emailChanged(), SECRET, NOW).headers['webhook-timestamp']).toBe(
      `${Date.UTC(2026, 0, 15, 12) / 1000}`,
    );
  });

  it.each<[string, (request: ReturnType<typeof signedRequest>) => [string, Record<string, string>]]>([
    ['with another body', ({ body, headers }) => [`${body} `, headers]],
    ['with another id', ({ body, headers }) => [body, { ...headers, 'webhook-id': 'evt_other' }]],
    ['with another time', ({ body, headers }) => [body, { ...headers, 'webhook-timestamp': `${NOW / 1000 + 1}` }]],
  ])('is not taken %s', (_name, change) => {
    receiveAt(NOW);
    const [body, headers] = change(signedRequest(emailChanged(), SECRET, NOW));
    expect(() => new Webhook(SECRET).verify(body, headers)).toThrow('No matching signature');
  });

  it('is not taken under another key, nor long after', () => {
    receiveAt(NOW);
    const { body, headers } = signedRequest(emailChanged(), SECRET, NOW);
    expect(() => new Webhook(secretOf(32)).verify(body, { ...headers })).toThrow('No matching signature');
    receiveAt(NOW + 6 * 60_000);
    expect(() => new Webhook(SECRET).verify(body, { ...headers })).toThrow('too old');
  });

  it('keeps its id over tries, and has another for every event of every user', () => {
    const idOf = (event: Partial<ReturnType<typeof emailChanged>>, now = NOW) =>
      signedRequest(emailChanged(event), SECRET, now).headers['webhook-id'];
    expect(idOf({}, NOW + 3_600_000)).toBe(idOf({}));
    const ids = [idOf({}), idOf({ sequence: 8 }), idOf({ userId: 'ü"1' }), idOf({ userId: '1', sequence: 11 })];
    expect(new Set([...ids, idOf({ userId: '11', sequence: 1 })]).size).toBe(5);
    expect(ids).toEqual(ids.map(() => expect.stringMatching(/^evt_[\w-]{32}$/)));
  });
});
