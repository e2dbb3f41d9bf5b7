import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { emailChanged } from '../../../test/support/event-deliveries.ts';
import { SUBSCRIBABLE } from '../../core/user/events.ts';
import { signedRequest } from './standard-webhooks.ts';

const manual = readFileSync(new URL('../../../../docs/webhooks.md', import.meta.url), 'utf8');
const [, sample = ''] = /```js\n(import[\s\S]*?)```/.exec(manual) ?? [];
type IsGenuine = (secret: string, headers: Record<string, string | undefined>, body: string, now: number) => boolean;
const { isGenuine }: { isGenuine: IsGenuine } = await import(`data:text/javascript,${encodeURIComponent(sample)}`);

const NOW = Date.UTC(2026, 0, 15, 12);
const secretOf = (bytes = 32) => `whsec_${randomBytes(bytes).toString('base64')}`;
const SECRET = secretOf();
const request = signedRequest(emailChanged(), SECRET, NOW);
const [id = '', timestamp = '', signature = ''] = ['id', 'timestamp', 'signature'].map(
  (name) => request.headers[`webhook-${name}`],
);

const verify = (
  changed: Record<string, string | undefined>,
  more: { secret?: string; body?: string; now?: number } = {},
) => {
  const { secret = SECRET, body = request.body, now = NOW } = more;
  return isGenuine(secret, { ...request.headers, ...changed }, body, now);
};
const signatures = (text: string | undefined) => ({ 'webhook-signature': text });

describe('the documented check of signatures', () => {
  it('takes what we sign, also beside signatures of other keys and versions, for five minutes', () => {
    expect(verify({})).toBe(true);
    expect(verify(signatures(`v1a,${signature.slice(3)} v1,AAAA ${signature}`))).toBe(true);
    expect(verify({}, { now: NOW + 299_000 })).toBe(true);
    const long = secretOf(64);
    expect(isGenuine(long, signedRequest(emailChanged(), long, NOW).headers, request.body, NOW)).toBe(true);
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['an empty list', signatures('')],
    ['no list', signatures(undefined)],
    ['a list of nothing', signatures(' ')],
    ['an entry without a signature', signatures('v1,')],
    ['an entry that is a version only', signatures('v1')],
    ['a truncated signature', signatures(signature.slice(0, -4))],
    ['a signature that is begun only', signatures(signature.slice(0, 7))],
    ['a longer signature', signatures(`${signature.replace(/=+$/, '')}AAAA`)],
    ['another version', signatures(signature.replace('v1,', 'v2,'))],
    ['no version', signatures(signature.slice(3))],
    ['a version in capitals', signatures(signature.replace('v1', 'V1'))],
    ['another id', { 'webhook-id': `${id}x` }],
    ['no id', { 'webhook-id': undefined }],
    ['another time', { 'webhook-timestamp': `${Number(timestamp) + 1}` }],
    ['no time', { 'webhook-timestamp': undefined }],
    ['a time that is none', { 'webhook-timestamp': 'NaN' }],
    ['id and time swapped', { 'webhook-id': timestamp, 'webhook-timestamp': id }],
  ])('does not take %s', (_name, headers) => {
    expect(verify(headers)).toBe(false);
  });

  it('does not take another key, another body, or what is older or newer than five minutes', () => {
    expect(verify({}, { secret: secretOf() })).toBe(false);
    expect(verify({}, { body: request.body.replace('new@', 'nEw@') })).toBe(false);
    expect(verify({}, { now: NOW + 301_000 })).toBe(false);
    expect(verify({}, { now: NOW - 301_000 })).toBe(false);
  });

  it('refuses to work without a key', () => {
    expect(() => verify({}, { secret: 'whsec_' })).toThrow('no secret');
  });
});

describe('the documented events', () => {
  it('are all that there are', () => {
    expect(SUBSCRIBABLE.filter((type) => !manual.includes(`\`${type}\``))).toEqual([]);
    const [, table = ''] = /### Events\n([\s\S]*?)\n## /.exec(manual) ?? [];
    const told: readonly string[] = SUBSCRIBABLE;
    expect(
      [...table.matchAll(/`(user\.[a-z_]+)`/g)].flatMap(([, type = '']) => (told.includes(type) ? [] : [type])),
    ).toEqual([]);
  });
});
