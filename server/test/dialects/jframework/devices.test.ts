import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { ADMIN, brandsSetup, Client, codes, EDITOR, type Member, READER } from './support.ts';

let now = Date.now();
let client: Client;
/** Of a brand whose users may be signed in at two devices. */
let limited: Client;
beforeAll(async () => {
  const setup = brandsSetup();
  const [, globex] = setup.organizations;
  if (globex.jframework === undefined) throw new Error('Globex is a brand');
  globex.jframework.packages = [
    {
      code: 'TWO',
      name: 'Two devices',
      isDefault: true,
      features: [{ code: 'devices', name: 'Devices', type: 'Limitation', value: 2 }],
    },
  ];
  client = new Client(await startTessera(setup, { clock: () => now }));
  limited = new Client(client.tessera, GLOBEX.brandUrl);
});
afterAll(() => client.tessera.stop());

const HEADERS = {
  'x-device-code': 'phone-1',
  'x-device-token': 'push-token-1',
  'x-device-name': 'Zoë’s Pixel',
  'x-app-version-number': '1.2.3',
  'x-os-device': 'Android 15',
};
/** As a client puts it into a header: byte by byte. */
const inBytes = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]));

const at = (code: string) => ({ 'x-device-code': code });
const list = async (who: Member, query = '', key = who.key) =>
  (await client.call('GET', `/users/${who.id}/devices${query}`, { key })).json.data;
const DEVICE = { type: 'Web', code: 'browser', name: 'Browser', osDevice: 'macOS', appVersionNumber: '2' };
const create = (key: string, body: unknown = DEVICE, headers = {}) =>
  client.call('POST', '/devices', { key, body, headers });
const on = (method: string, who: { id: string }, deviceId: string, key: string, body?: unknown, headers = {}) =>
  client.call(method, `/users/${who.id}/devices/${deviceId}`, { key, headers, ...(body !== undefined && { body }) });

/** Somebody with a linked device. */
async function withDevice(): Promise<{ who: Member; id: string }> {
  const who = await client.member();
  const { id } = (await create(who.key)).json.data;
  expect((await on('POST', who, id, who.key, { token: 'p', tags: '#a' })).status).toBe(201);
  return { who, id };
}

describe('the device headers of a sign-in', () => {
  it('register the device, and bring it up to date', async () => {
    // Given
    const who = await client.member();
    const { sequence, version } = await client.tessera.user(who.id);
    // When
    const response = await client.signIn(who.username, who.password, inBytes(HEADERS));
    // Then
    expect(response.status).toBe(200);
    const [device, ...more] = await list(who);
    expect(more).toEqual([]);
    expect(device).toMatchObject({
      type: 'Mobile',
      code: 'phone-1',
      isMobileApp: true,
      name: 'Zoë’s Pixel',
      osDevice: 'Android 15',
      appVersionNumber: '1.2.3',
      token: 'push-token-1',
      session: null,
      tags: null,
      userDeviceStatus: 'Online',
      status: 'Active',
      lastAccessAt: new Date(now).toISOString(),
    });
    expect((await client.gained(who.id, sequence)).map(([type]) => type)).toEqual(['user.session_started']);
    expect((await client.tessera.user(who.id)).version).toBe(version);
    now += 1000;
    await client.signIn(who.username, who.password, { ...at('phone-1'), 'x-app-version-number': '1.3' });
    const [later] = await list(who);
    expect(later).toMatchObject({
      ...device,
      appVersionNumber: '1.3',
      lastAccessAt: new Date(now).toISOString(),
      modifiedDate: new Date(now).toISOString(),
    });
  });

  it('given no code, then there is no device', async () => {
    const who = await client.member();
    await client.signIn(who.username, who.password, { 'x-device-name': 'Nameless' });
    expect(await list(who)).toEqual([]);
  });

  it('given they are too long, then the sign-in is refused before the password is looked at', async () => {
    const who = await client.member();
    const headers = { 'x-device-code': 'c'.repeat(201), 'x-os-device': 'o'.repeat(201) };
    const response = await client.signIn(who.username, 'wrong', headers);
    expect([response.status, codes(response)]).toEqual([400, ['InvalidDeviceCode', 'InvalidOsDevice']]);
    expect((await client.tessera.user(who.id)).password.failedAttempts).toBe(0);
  });

  it('given a wrong password, then nothing is registered', async () => {
    const who = await client.member();
    expect((await client.signIn(who.username, 'wrong', at('x'))).status).toBe(401);
    expect(await list(who)).toEqual([]);
  });

  it('are read by every sign-in, and two people may share a device', async () => {
    const [one, two] = [await client.member({ phoneNumber: '+41790001001' }), await client.member()];
    const body = { phoneNumber: '+41790001001', password: one.password };
    await client.call('POST', '/users/auth/phone-number', { body, headers: at('shared') });
    await client.signIn(two.username, two.password, at('shared'));
    expect((await list(one))[0].id).toBe((await list(two))[0].id);
  });
});

describe('a package that limits devices', () => {
  const signIn = async (who: Member, code: string) =>
    (await limited.signIn(who.username, who.password, at(code))).json.data.authKey as string;
  const isGood = async (who: Member, key: string) => (await limited.get(who.id, key)).status === 200;
  const access = (who: Member, deviceCode: string) =>
    limited.call('GET', `/devices/check-user-access?userId=${who.id}&deviceCode=${deviceCode}`, { key: who.key });

  it('given one device too many, then the one with the oldest sign-in is signed out', async () => {
    const who = await limited.member();
    const tablet = await signIn(who, 'tablet');
    now += 1;
    const phone = await signIn(who, 'phone');
    now += 1;
    const again = await signIn(who, 'tablet');
    now += 1;
    const laptop = await signIn(who, 'laptop');
    expect(await Promise.all([tablet, phone, again, laptop].map((key) => isGood(who, key)))).toEqual([
      true,
      false,
      true,
      true,
    ]);
    const devices = (await limited.call('GET', `/users/${who.id}/devices`, { key: who.key })).json.data;
    expect(devices.map(({ code, userDeviceStatus }: Record<string, string>) => [code, userDeviceStatus])).toEqual([
      ['tablet', 'Online'],
      ['phone', 'Offline'],
      ['laptop', 'Online'],
    ]);
    // The sign-in without a device is none of the two.
    expect(await isGood(who, who.key)).toBe(true);
    expect((await access(who, 'laptop')).json.data).toBe(true);
    const rejected = await access(who, 'phone');
    expect([rejected.status, codes(rejected)]).toEqual([405, ['DeviceRejected']]);
  });

  it('given room for another device, then any may be used', async () => {
    const who = await limited.member();
    await signIn(who, 'tablet');
    expect((await access(who, 'anything')).json.data).toBe(true);
  });

  it('given many sign-ins at once, then no more devices than that stay signed in', async () => {
    const who = await limited.member();
    const keys = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((code) => signIn(who, code)));
    const good = await Promise.all(keys.map((key) => isGood(who, key)));
    expect(good.filter((one) => one)).toHaveLength(2);
  });

  it('asks for user and code, and for the right to see the user', async () => {
    const who = await limited.member();
    const bare = await limited.call('GET', '/devices/check-user-access', { key: who.key });
    expect([bare.status, codes(bare)]).toEqual([400, ['UserIdRequired', 'DeviceCodeRequired']]);
    const other = await limited.member();
    const url = `/devices/check-user-access?userId=${other.id}&deviceCode=x`;
    expect((await limited.call('GET', url, { key: who.key })).status).toBe(403);
    expect((await limited.call('GET', url)).status).toBe(401);
  });
});

describe('POST /devices', () => {
  it('makes a device known, which is nobody’s until it is linked', async () => {
    const who = await client.member();
    const response = await create(who.key);
    expect(response.status).toBe(201);
    expect(response.json.data).toMatchObject({ ...DEVICE, isMobileApp: false, status: 'Active' });
    expect(await list(who)).toEqual([]);
    const { sequence } = await client.tessera.user(who.id);
    expect((await create(who.key)).json.data.id).toBe(response.json.data.id);
    expect(await client.gained(who.id, sequence)).toEqual([]);
  });

  it.each([
    [{}, ['AppVersionNumberRequired', 'CodeRequired', 'NameRequired', 'OsDeviceRequired', 'TypeRequired']],
    [{ ...DEVICE, type: 'Toaster' }, ['InvalidType']],
    [{ ...DEVICE, code: 1, name: 'x'.repeat(201) }, ['InvalidCode']],
    [{ ...DEVICE, name: 'x'.repeat(201), osDevice: '' }, ['OsDeviceRequired']],
    [{ ...DEVICE, name: 'x'.repeat(201) }, ['InvalidName']],
  ])('given %j, then it is refused', async (body, expected) => {
    const who = await client.member();
    const response = await create(who.key, body);
    expect([response.status, codes(response).sort()]).toEqual([400, expected]);
  });
});

describe('POST /users/{id}/devices/{deviceId}', () => {
  it('links a device that the caller made known to somebody else', async () => {
    const admin = await client.keyOf(ADMIN.username, ADMIN.password);
    const { id } = (await create(admin, { ...DEVICE, code: 'kiosk' })).json.data;
    const who = await client.member();
    const { sequence } = await client.tessera.user(who.id);
    const body = { token: 't', session: 's', tags: null, userDeviceStatus: 'Online' };
    expect((await on('POST', who, id, admin, body)).status).toBe(201);
    expect(await list(who)).toMatchObject([
      { id, code: 'kiosk', token: 't', session: 's', tags: null, userDeviceStatus: 'Online', lastAccessAt: null },
    ]);
    expect((await client.gained(who.id, sequence)).map(([type]) => type)).toEqual(['user.device_linked']);
  });

  it('given it is linked, or not known, then it is refused', async () => {
    const { who, id } = await withDevice();
    const again = await on('POST', who, id, who.key, {});
    expect([again.status, codes(again)]).toEqual([409, ['UserDeviceAlreadyExists']]);
    const unknown = await on('POST', who, 'nothing', who.key, {});
    expect([unknown.status, codes(unknown)]).toEqual([404, ['DeviceNotFound']]);
  });
});

describe('PUT /users/{id}/devices/{deviceId}', () => {
  it('changes what is sent, clears what is null, and takes the newer name of the status', async () => {
    const { who, id } = await withDevice();
    expect((await on('PUT', who, id, who.key, { tags: '#b', status: 'Deleted' })).status).toBe(200);
    expect(await list(who)).toMatchObject([{ token: 'p', tags: '#b', userDeviceStatus: 'Deleted' }]);
    expect((await on('PUT', who, id, who.key, { token: null, userDeviceStatus: 'Online' })).status).toBe(200);
    expect(await list(who)).toMatchObject([{ token: null, tags: '#b', userDeviceStatus: 'Online' }]);
  });

  it('given the same values, then nothing happens', async () => {
    const { who, id } = await withDevice();
    const { sequence } = await client.tessera.user(who.id);
    expect((await on('PUT', who, id, who.key, { token: 'p', tags: '#a' })).status).toBe(200);
    expect((await on('PUT', who, id, who.key, {})).status).toBe(200);
    expect(await client.gained(who.id, sequence)).toEqual([]);
  });

  it.each([
    [{ token: 1 }, ['InvalidToken']],
    [{ tags: 'x'.repeat(201) }, ['InvalidTags']],
    [{ userDeviceStatus: 'Sleeping' }, ['InvalidUserDeviceStatus']],
  ])('given %j, then it is refused', async (body, expected) => {
    const { who, id } = await withDevice();
    const response = await on('PUT', who, id, who.key, body);
    expect([response.status, codes(response)]).toEqual([400, expected]);
  });
});

describe('DELETE /users/{id}/devices/{deviceId}', () => {
  it('unlinks it, and ends the keys that were given at it', async () => {
    const who = await client.member();
    const key = (await client.signIn(who.username, who.password, at('lost'))).json.data.authKey;
    const [{ id }] = await list(who);
    expect((await on('DELETE', who, id, who.key)).status).toBe(200);
    expect(await list(who)).toEqual([]);
    expect((await client.get(who.id, key)).status).toBe(401);
    expect((await client.get(who.id, who.key)).status).toBe(200);
    const again = await on('DELETE', who, id, who.key);
    expect([again.status, codes(again)]).toEqual([404, ['DeviceNotFound']]);
  });
});

describe('POST /devices/refresh-token', () => {
  const refresh = (key: string, body: unknown) => client.call('POST', '/devices/refresh-token', { key, body });

  it('gives the device of the caller another address for push messages', async () => {
    const { who } = await withDevice();
    const { who: other } = await withDevice();
    expect((await refresh(who.key, { oldToken: 'p', newToken: 'q' })).status).toBe(200);
    expect([(await list(who))[0].token, (await list(other))[0].token]).toEqual(['q', 'p']);
    const response = await refresh(who.key, { oldToken: 'p', newToken: 'r' });
    expect([response.status, codes(response)]).toEqual([404, ['DeviceNotFound']]);
    const long = await refresh(who.key, { oldToken: 'q', newToken: 'x'.repeat(4097) });
    expect([long.status, codes(long)]).toEqual([400, ['InvalidNewToken']]);
  });
});

describe('GET /users/{id}/devices', () => {
  it('shows all, or those that are, or are not, mobile', async () => {
    const { who } = await withDevice();
    await client.signIn(who.username, who.password, { ...at('m'), 'x-os-device': 'iOS 19' });
    const codesOf = async (query: string) => (await list(who, query)).map(({ code }: { code: string }) => code);
    expect(await codesOf('')).toEqual(['browser', 'm']);
    expect(await codesOf('?isMobileApp=true')).toEqual(['m']);
    expect(await codesOf('?ISMOBILEAPP=false')).toEqual(['browser']);
    const wrong = await client.call('GET', `/users/${who.id}/devices?isMobileApp=maybe`, { key: who.key });
    expect([wrong.status, codes(wrong)]).toEqual([400, ['InvalidIsMobileApp']]);
  });
});

describe('who may see and change the devices of others', () => {
  it.each([
    ['nobody in particular', async () => (await client.member()).key, 403, 403],
    ['who may read', () => client.keyOf(READER.username, READER.password), 200, 403],
    ['who may update profiles', () => client.keyOf(EDITOR.username, EDITOR.password), 200, 403],
    ['an administrator', () => client.keyOf(ADMIN.username, ADMIN.password), 200, 200],
  ] as const)('%s', async (_name, keyOf, reads, writes) => {
    const { who, id } = await withDevice();
    const key = await keyOf();
    const before = await client.tessera.events(who.id);
    expect((await client.call('GET', `/users/${who.id}/devices`, { key })).status).toBe(reads);
    expect((await on('PUT', who, id, key, { tags: 'x' })).status).toBe(writes);
    if (writes === 403) expect(await client.tessera.events(who.id)).toEqual(before);
    expect((await on('DELETE', who, id, key)).status).toBe(writes);
  });

  it('of another brand, or a user there is not, are missing', async () => {
    const key = await client.keyOf(ADMIN.username, ADMIN.password);
    const stranger = await limited.member();
    for (const id of [stranger.id, '1']) {
      for (const response of [
        await client.call('GET', `/users/${id}/devices`, { key }),
        await on('PUT', { id }, 'x', key, {}),
        await on('POST', { id }, 'x', key, {}),
        await on('DELETE', { id }, 'x', key),
      ]) {
        expect([response.status, codes(response)]).toEqual([404, ['UserNotFound']]);
      }
    }
  });
});

describe('with an Idempotency-Key or If-Match', () => {
  it('every change is made once, and held to the version', async () => {
    const who = await client.member();
    const headers = { 'idempotency-key': 'devices-1' };
    const first = await create(who.key, DEVICE, headers);
    expect((await create(who.key, DEVICE, headers)).headers.get('idempotent-replayed')).toBe('true');
    expect((await create(who.key, { ...DEVICE, name: 'x' }, headers)).status).toBe(422);
    const { id } = first.json.data;
    expect((await on('POST', who, id, who.key, {}, headers)).status).toBe(201);
    expect((await on('POST', who, id, who.key, {}, headers)).status).toBe(201);
    const stale = { 'if-match': '"9999"' };
    for (const response of [
      await create(who.key, { ...DEVICE, name: 'y' }, stale),
      await on('PUT', who, id, who.key, { tags: 'z' }, stale),
      await on('DELETE', who, id, who.key, undefined, stale),
    ]) {
      expect([response.status, codes(response)]).toEqual([412, ['VersionConflict']]);
    }
    const { version } = await client.tessera.user(who.id);
    expect((await on('DELETE', who, id, who.key, undefined, { 'if-match': `"${version}"` })).status).toBe(200);
  });
});

it('the history does not repeat addresses for push messages as old values', async () => {
  const { who, id } = await withDevice();
  await on('PUT', who, id, who.key, { token: 'secret-push-address' });
  await on('PUT', who, id, who.key, { token: null });
  const events = await client.tessera.events(who.id);
  expect(events.map(({ changes }) => changes['apps.devices']?.before ?? null)).toEqual(events.map(() => null));
});
