import { PNG } from 'pngjs';
import decodeQR from 'qr/decode.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isStored } from '../../support/at-rest.ts';
import { ACME, GLOBEX } from '../../support/setup.ts';
import type { TestResponse } from '../../support/tessera.ts';
import { ADMIN, type CallOptions, Client, codes, type Member, startClient } from './support.ts';

const MINUTE = 60 * 1000;
const PATH = '/users/auth/passwordless';

let now = Date.now();
let client: Client;
beforeAll(async () => {
  client = await startClient({ clock: () => now });
});
afterAll(() => client.tessera.stop());

const KINDS = ['qrcode', 'otp'] as const;
type Kind = (typeof KINDS)[number];
const COLLECT = ['auth-with-qrcode', 'login'] as const;
const NAMES = { qrcode: 'QRCode', otp: 'OTPCode' } as const;

const start = (kind: Kind, options: CallOptions = {}, query = '') =>
  client.call('POST', `${PATH}/${kind}/generate${query}`, options);
const poll = (kind: Kind, code: string, as = client) => as.call('GET', `${PATH}/${kind}/${code}`);
const approve = (kind: Kind, code: string, key?: string, headers = {}) =>
  client.call('POST', `${PATH}/${kind}/${code}/approve`, { ...(key !== undefined && { key }), headers });
const collect = (kind: Kind, code: string, headers = {}, path: string = COLLECT[0], as = client) =>
  as.call('POST', `${PATH}/${kind}/${code}/${path}`, { headers });

function codeOf(kind: Kind, { json }: TestResponse): string {
  return kind === 'qrcode' ? json.data.id : json.data.code;
}
async function started(kind: Kind, options: CallOptions = {}): Promise<string> {
  const response = await start(kind, options);
  expect(response.status).toBe(200);
  return codeOf(kind, response);
}
async function approved(kind: Kind, by: Member, options: CallOptions = {}): Promise<string> {
  const code = await started(kind, options);
  expect((await approve(kind, code, by.key)).status).toBe(200);
  return code;
}
const refused = (response: TestResponse) => [response.status, ...codes(response)];

/** What a camera would read off the image. */
function scanned({ json }: TestResponse): string {
  return decodeQR(PNG.sync.read(Buffer.from(json.data.qrCodeBase64.split(',')[1], 'base64')));
}

describe.each(KINDS)('pairing by %s', (kind) => {
  it.each(COLLECT)(
    'given a new device begins and one that is signed in approves, then it gets keys by %s',
    async (path) => {
      // Given
      const person = await client.member();
      const begun = await start(kind);
      const code = codeOf(kind, begun);
      expect(begun.json.data).toMatchObject({ status: 'New', approvedAt: null });
      expect(refused(await collect(kind, code))).toEqual([409, `${NAMES[kind]}NotApproved`]);
      expect((await poll(kind, code)).json.data).toEqual(begun.json.data);
      // When
      const approval = await approve(kind, code, person.key);
      // Then
      expect(approval.json.data).toMatchObject({ status: 'Approved', approvedAt: new Date(now).toISOString() });
      expect((await poll(kind, code)).json.data).toEqual(approval.json.data);
      const { sequence } = await client.tessera.user(person.id);
      const keys = await collect(kind, code, { 'x-device-code': 'TV-1', 'x-device-name': 'Télévision' }, path);
      expect(keys.status).toBe(200);
      expect(keys.json.data.id).toBe(person.id);
      expect((await client.get(person.id, keys.json.data.authKey)).status).toBe(200);
      expect((await client.gained(person.id, sequence)).map(([type]) => type)).toEqual(['user.session_started']);
      expect((await client.tessera.user(person.id)).apps.devices.map(({ code, name }) => [code, name])).toEqual([
        ['TV-1', 'Télévision'],
      ]);
      expect((await poll(kind, code)).json.data.status).toBe('Consumed');
      expect(refused(await collect(kind, code))).toEqual([409, `${NAMES[kind]}AlreadyUsed`]);
    },
  );

  it('given a signed-in device begins, then it alone approves, and the new one gets keys', async () => {
    const [person, other] = [await client.member(), await client.member()];
    const code = await started(kind, { key: person.key, headers: { 'x-device-code': 'phone' } });
    expect(refused(await approve(kind, code, other.key))).toEqual([403, 'AccessDenied']);
    expect((await poll(kind, code)).json.data.status).toBe('New');
    expect((await approve(kind, code, person.key)).status).toBe(200);
    const keys = await collect(kind, code, { 'x-device-code': 'laptop' });
    expect(keys.json.data.id).toBe(person.id);
  });

  it('is good for one of many who collect at once', async () => {
    const person = await client.member();
    const code = await approved(kind, person);
    const answers = await Promise.all(Array.from({ length: 6 }, () => collect(kind, code)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    expect((await client.tessera.user(person.id)).credentials.sessions).toHaveLength(2);
  });

  it('stays used up when its session has ended', async () => {
    const person = await client.member();
    const code = await approved(kind, person);
    const headers = { 'x-device-code': 'gone' };
    expect((await collect(kind, code, headers)).status).toBe(200);
    const [device] = (await client.tessera.user(person.id)).apps.devices;
    const removed = await client.call('DELETE', `/users/${person.id}/devices/${device?.id}`, { key: person.key });
    expect(removed.status).toBe(200);
    expect(refused(await collect(kind, code, headers))).toEqual([409, `${NAMES[kind]}AlreadyUsed`]);
  });

  it('is approved by one of two, who may ask again', async () => {
    const [person, other] = [await client.member(), await client.member()];
    const code = await started(kind);
    const both = await Promise.all([approve(kind, code, person.key), approve(kind, code, other.key)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const winner = both[0]?.status === 200 ? person : other;
    expect((await approve(kind, code, winner.key)).status).toBe(200);
    expect((await collect(kind, code)).json.data.id).toBe(winner.id);
  });

  it('is approved with a key only', async () => {
    const code = await started(kind);
    expect(refused(await approve(kind, code))).toEqual([401, 'AuthKeyRequired']);
    expect(refused(await approve(kind, code, 'rubbish'))).toEqual([401, 'InvalidAuthKey']);
    expect((await start(kind, { key: 'rubbish' })).status).toBe(401);
    expect((await poll(kind, code)).json.data.status).toBe('New');
  });

  it('lives a short while, and another minute once it is approved', async () => {
    const person = await client.member();
    const lifetime = kind === 'qrcode' ? 2 * MINUTE : MINUTE;
    const [late, inTime] = [await started(kind), await started(kind)];
    now += lifetime - 1;
    expect((await approve(kind, inTime, person.key)).status).toBe(200);
    now += 1;
    for (const response of [await poll(kind, late), await approve(kind, late, person.key), await collect(kind, late)]) {
      expect(refused(response)).toEqual([404, `${NAMES[kind]}NotFound`]);
    }
    now += MINUTE - 2;
    expect((await collect(kind, inTime)).status).toBe(200);
    now += 1;
    expect((await poll(kind, inTime)).status).toBe(404);
  });

  it('is not found at another brand, nor under another code', async () => {
    const globex = new Client(client.tessera, GLOBEX.brandUrl);
    const code = await approved(kind, await client.member());
    expect((await poll(kind, code, globex)).status).toBe(404);
    expect((await collect(kind, code, {}, COLLECT[0], globex)).status).toBe(404);
    expect(refused(await poll(kind, 'nothing'))).toEqual([404, `${NAMES[kind]}NotFound`]);
    expect((await poll(kind === 'qrcode' ? 'otp' : 'qrcode', code)).status).toBe(404);
    expect((await collect(kind, kind === 'otp' ? code.toLowerCase() : code)).status).toBe(200);
  });

  it('given the device that began it is named, then no other collects', async () => {
    const code = await approved(kind, await client.member(), { headers: { 'x-device-code': 'TV-2' } });
    for (const headers of [{}, { 'x-device-code': 'TV-3' }]) {
      expect(refused(await collect(kind, code, headers))).toEqual([403, 'DeviceRejected']);
    }
    expect((await collect(kind, code, { 'x-device-code': 'TV-2' })).status).toBe(200);
  });

  it.each([
    ['is locked', 'lock', [403, 'UserLocked']],
    ['is suspended', 'suspend', [403, 'UserSuspended']],
    ['was locked for a moment', 'lock unlock', [409, `${NAMES[kind]}AlreadyUsed`]],
  ])('given who approved it %s since, then nobody gets keys', async (_name, actions, expected) => {
    const person = await client.member();
    const code = await approved(kind, person);
    const key = await client.keyOf(ADMIN.username, ADMIN.password);
    for (const action of actions.split(' ')) await client.call('POST', `/users/${person.id}/${action}`, { key });
    expect(refused(await collect(kind, code))).toEqual(expected);
  });

  it('outlives a restart, as it is in the database, where nobody can read it', async () => {
    const person = await client.member();
    const code = await started(kind);
    await client.tessera.restart();
    expect((await approve(kind, code, person.key)).status).toBe(200);
    await client.tessera.restart();
    if (kind === 'qrcode') expect(await isStored(client.tessera.database, code)).toBe(false);
    expect((await collect(kind, code)).json.data.id).toBe(person.id);
  });

  it('given Idempotency-Keys, then every step can be repeated', async () => {
    const person = await client.member();
    const headers = { 'idempotency-key': `pair-${kind}` };
    const first = await start(kind, { headers });
    const again = await start(kind, { headers });
    expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([first.text, 'true']);
    expect((await start(kind, { headers }, '?callbackUrl=x')).status).toBe(kind === 'qrcode' ? 400 : 422);
    const code = codeOf(kind, first);
    const approval = await approve(kind, code, person.key, headers);
    expect((await approve(kind, code, person.key, headers)).text).toBe(approval.text);
    expect((await approve(kind, await started(kind), person.key, headers)).status).toBe(422);
    const keys = await collect(kind, code, headers);
    expect((await collect(kind, code, headers)).text).toBe(keys.text);
    expect(await isStored(client.tessera.database, keys.json.data.authKey)).toBe(false);
    const key = await client.keyOf(ADMIN.username, ADMIN.password);
    await client.call('POST', `/users/${person.id}/lock`, { key });
    expect((await collect(kind, code, headers)).status).toBe(409);
  });

  it('given If-Match, then it holds an approval to what was seen', async () => {
    const person = await client.member();
    expect((await start(kind, { headers: { 'if-match': '*' } })).status).toBe(412);
    const begun = await start(kind);
    const [code, tag] = [codeOf(kind, begun), begun.headers.get('etag') ?? ''];
    expect(refused(await approve(kind, code, person.key, { 'if-match': '"7"' }))).toEqual([412, 'VersionConflict']);
    expect((await approve(kind, code, person.key, { 'if-match': tag })).status).toBe(200);
    expect(refused(await collect(kind, code, { 'if-match': '"9999"' }))).toEqual([412, 'VersionConflict']);
    expect((await collect(kind, code, { 'if-match': '*' })).status).toBe(200);
  });
});

describe('a QR code', () => {
  it.each([
    [ACME.brandUrl, 'acme'],
    [`https://${ACME.brandUrl.toUpperCase()}:8443/x`, 'acme'],
    [null, 'acme', `https://${ACME.brandUrl}`],
    [null, 'high-too', 'https://high-too.test'],
    ['high.test', 'high', 'https://high-too.test'],
  ])(
    'given the Brand-URL %s, then it opens the application %s of the brand',
    async (brand, scheme, origin?: string) => {
      const headers = origin === undefined ? {} : { origin };
      const response = await client.call('POST', `${PATH}/qrcode/generate`, { brand, headers });
      expect(scanned(response)).toBe(`${scheme}://pair/${response.json.data.id}`);
      expect(response.json.data.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    },
  );

  const page = `https://${ACME.brandUrl}/pair?a=b`;
  it.each([
    ['in the query', { body: undefined }, `?CallbackUrl=${encodeURIComponent(page)}`],
    ['in the body', { body: { callbackUrl: page } }, ''],
    ['wrapped, as the vendor’s client has it', { body: { params: { callbackUrl: page } } }, ''],
    ['beside no body, as that writes it', { body: 'null' }, `?callbackUrl=${encodeURIComponent(page)}`],
  ])('given a page %s, then it opens that', async (_name, options, query) => {
    const response = await start('qrcode', options, query);
    expect(scanned(response)).toBe(`${page}&id=${response.json.data.id}`);
  });

  it.each(['https://evil.test/', 'no page', `${page}&x=${'ü'.repeat(1500)}`, 12, ['x']])(
    'given the page %s, then it is refused',
    async (callbackUrl) => {
      const response = await start('qrcode', { body: { callbackUrl } });
      expect(refused(response)).toEqual([400, 'InvalidCallbackUrl']);
    },
  );
});

it('a code to be typed is short, and each is another', async () => {
  const drawn = await Promise.all(Array.from({ length: 20 }, () => started('otp')));
  expect(new Set(drawn).size).toBe(20);
  for (const code of drawn) expect(code).toMatch(/^[A-Z0-9]{6}$/);
});
