import { create, toBinary } from '@bufbuild/protobuf';
import { createClient } from '@connectrpc/connect';
import { compressionGzip, createGrpcTransport } from '@connectrpc/connect-node';
import { createUserServiceClient } from '@zitadel/client/v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UpdateHumanUserRequestSchema, UserService } from '../../../src/api/zitadel/protocol/user-service.ts';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { ADMIN, addUser, END_USER, eventTypes, zitadelSetup } from './support.ts';
import { getUserByID, TRANSPORTS, transportsOf, updateHumanUser } from './transports.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const admin = transportsOf(tessera, ACME.adminPat);
const PATH = '/zitadel.user.v2.UserService/UpdateHumanUser';
const rename = (userId: string, givenName: string) => ({ userId, profile: { givenName, familyName: 'Mouse' } });

describe.each(TRANSPORTS)('over %s', (name) => {
  const call = admin[name];

  it('changes a user, and reads it', async () => {
    const userId = await addUser(tessera);
    const changed = await call(updateHumanUser, rename(userId, 'Minna'));
    expect(changed).toMatchObject({ code: 0, details: { details: { sequence: '2', resourceOwner: ACME.id } } });
    const read = await call(getUserByID, { userId });
    expect(read).toMatchObject({ code: 0, details: { user: { human: { profile: { givenName: 'Minna' } } } } });
    expect(read.etag).toBe(changed.etag);
  });

  it('refuses in the same words', async () => {
    const userId = await addUser(tessera);
    const strangers = transportsOf(tessera);
    expect(await strangers[name](updateHumanUser, { userId, profile: {} })).toMatchObject({
      code: 16,
      message: 'auth header missing',
      details: [],
    });
    const id = 'COMMAND-ugjs0upun6';
    expect(await call(updateHumanUser, rename('nobody', 'X'))).toMatchObject({
      code: 5,
      message: `User could not be found (${id})`,
      details: [{ id, message: 'User could not be found' }],
    });
    expect(await call(updateHumanUser, { userId, profile: { nickName: 'x' } })).toMatchObject({
      code: 3,
      message: expect.stringMatching(/^invalid UpdateHumanUserRequest\.Profile: /),
    });
    const foreign = transportsOf(tessera, GLOBEX.adminPat)[name];
    expect(await foreign(updateHumanUser, rename(userId, 'X'))).toMatchObject({
      code: 5,
      message: 'membership not found (AUTHZ-cdgFk)',
    });
    expect(await call(updateHumanUser, rename(userId, 'X'), { 'x-zitadel-orgid': 'nowhere' })).toMatchObject({
      code: 7,
      message: "Organisation doesn't exist (AUTH-Bs7Ds)",
    });
  });

  it.each([
    ['too long', 'x'.repeat(201)],
    ['with a NUL', 'a\0'],
  ])('judges an id %s where it judges every field: after the token', async (_, userId) => {
    expect(await transportsOf(tessera)[name](getUserByID, { userId })).toMatchObject({ code: 16 });
    const { code, message } = await call(getUserByID, { userId });
    expect(code).toBe(3);
    if (userId.length > 200) {
      const rule = 'value length must be between 1 and 200 runes, inclusive';
      expect(message).toBe(`invalid GetUserByIDRequest.UserId: ${rule}`);
    }
  });

  it('tells the failed attempts of a wrong password', async () => {
    const own = transportsOf(tessera, END_USER.pat)[name];
    const password = { currentPassword: 'Wrong-pass-1!', password: { password: 'Other-pass-1!' } };
    const { code, details } = await own(updateHumanUser, { userId: END_USER.id, password });
    expect(code).toBe(3);
    expect(details).toEqual([
      { id: 'COMMAND-3M0fs', message: 'Password is invalid', failedAttempts: expect.any(Number) },
    ]);
  });

  it('honours If-Match', async () => {
    const userId = await addUser(tessera);
    const { etag } = await call(getUserByID, { userId });
    const first = await call(updateHumanUser, rename(userId, 'A'), { 'if-match': `${etag}` });
    expect(first.code).toBe(0);
    expect(await call(updateHumanUser, rename(userId, 'B'), { 'if-match': `${etag}` })).toMatchObject({ code: 10 });
    expect(await call(updateHumanUser, rename(userId, 'B'), { 'if-match': 'x' })).toMatchObject({ code: 3 });
  });

  it('says that a method is not there', async () => {
    const { startIdentityProviderIntent } = UserService.method;
    expect(await call(startIdentityProviderIntent, { idpId: '1' })).toMatchObject({
      code: 12,
      message: expect.stringMatching(
        /^StartIdentityProviderIntent is not implemented: identity providers are declared/,
      ),
    });
  });
});

describe('a repeated idempotency key', () => {
  it('gets the first answer on every other transport', async () => {
    for (const first of TRANSPORTS) {
      // Given
      const userId = await addUser(tessera);
      const headers = { 'idempotency-key': `across-${first.replace(' ', '-')}` };
      const request = { ...rename(userId, 'Once'), email: { email: `${userId}@x.test`, returnCode: {} } };
      const answer = await admin[first](updateHumanUser, request, headers);
      expect(answer).toMatchObject({ code: 0, replayed: false, details: { emailCode: expect.any(String) } });
      for (const name of TRANSPORTS) {
        // When
        const again = await admin[name](updateHumanUser, request, headers);
        const other = await admin[name](updateHumanUser, rename(userId, 'Twice'), headers);
        // Then
        expect(again).toEqual({ ...answer, replayed: true });
        expect(other).toMatchObject({ code: 3, message: expect.stringMatching(/^The Idempotency-Key was used/) });
      }
      expect(await eventTypes(tessera, userId)).toHaveLength(4);
    }
  });
});

describe('the official client', () => {
  it('sends compressed requests', async () => {
    const userId = await addUser(tessera);
    const transport = createGrpcTransport({
      baseUrl: tessera.url,
      sendCompression: compressionGzip,
      compressMinBytes: 0,
    });
    const { details } = await createClient(UserService, transport).updateHumanUser(
      { userId, profile: { givenName: 'Zip', familyName: 'Ped' } },
      { headers: ADMIN },
    );
    expect(details?.sequence).toBe(2n);
  });

  it('wraps the service as the vendor publishes it', async () => {
    const { createServerTransport } = await import('@zitadel/client/node');
    const client = createUserServiceClient(createServerTransport(ACME.adminPat, { baseUrl: tessera.url }));
    const { user } = await client.getUserByID({ userId: END_USER.id });
    expect(user?.username).toBe('end.user');
  });
});

describe('deadlines', () => {
  const body = JSON.stringify(rename('nobody', 'X'));

  it.each([
    [{ 'connect-timeout-ms': '0' }, 504, 'deadline_exceeded'],
    [{ 'connect-timeout-ms': '10000' }, 404, 'not_found'],
    [{ 'connect-timeout-ms': 'soon' }, 400, 'invalid_argument'],
    [{ 'connect-protocol-version': '2' }, 400, 'invalid_argument'],
    [{ 'connect-protocol-version': '1' }, 404, 'not_found'],
  ])('%j', async (headers, status, code) => {
    const response = await tessera.send('POST', PATH, { headers: { ...ADMIN, ...headers }, body });
    expect([response.status, response.json.code]).toEqual([status, code]);
  });

  it('do not begin what has no time', async () => {
    const userId = await addUser(tessera);
    const outcome = await admin.grpc(updateHumanUser, rename(userId, 'Late'), { 'grpc-timeout': '1u' });
    expect(outcome).toMatchObject({ code: 4 });
    expect(await eventTypes(tessera, userId)).toHaveLength(1);
  });
});

describe('malformed and oversized requests', () => {
  let id: string;
  beforeAll(async () => {
    id = await addUser(tessera);
  });
  const message = () =>
    toBinary(
      UpdateHumanUserRequestSchema,
      create(UpdateHumanUserRequestSchema, { userId: id, profile: { givenName: 'N', familyName: 'F' } }),
    );
  const post = (contentType: string, body: Uint8Array, headers = {}) =>
    fetch(`${tessera.url}${PATH}`, {
      method: 'POST',
      headers: { ...ADMIN, 'content-type': contentType, ...headers },
      body,
    });
  const framed = (bytes: Uint8Array, flags = 0) => {
    const prefix = Buffer.alloc(5);
    prefix.writeUInt8(flags);
    prefix.writeUInt32BE(bytes.length, 1);
    return Buffer.concat([prefix, bytes]);
  };
  const webStatus = async (response: Response) =>
    Number(/grpc-status: (\d+)/.exec(Buffer.from(await response.arrayBuffer()).toString('latin1'))?.[1]);
  const bomb = compressionGzip.compress(new Uint8Array(8 * 1024 * 1024));

  it.each([
    ['a field cut short', () => framed(new Uint8Array([0x0a, 50, 1])), 3],
    ['text that is not UTF-8', () => framed(new Uint8Array([0x0a, 2, 0xff, 0xfe])), 3],
    ['no message', () => new Uint8Array(0), 3],
    ['two messages', () => Buffer.concat([framed(message()), framed(message())]), 3],
    ['a length that lies', () => framed(message()).subarray(0, -1), 3],
    ['flags of another protocol', () => framed(message(), 0x80), 3],
    ['a compressed message without its name', () => framed(message(), 1), 3],
    ['a whole one', () => framed(message()), 0],
  ])('gRPC-Web: %s', async (_, body, status) => {
    expect(await webStatus(await post('application/grpc-web+proto', body()))).toBe(status);
  });

  it.each([
    ['as large as may be', 1024 * 1024, 3],
    ['larger than that', 1024 * 1024 + 1, 8],
  ])('gRPC-Web: a message %s', async (_, size, status) => {
    // It is no message of the method, as is found once it is read.
    expect(await webStatus(await post('application/grpc-web', framed(new Uint8Array(size))))).toBe(status);
  });

  it('gRPC-Web: what unpacks to more than a message may have', async () => {
    const response = await post('application/grpc-web', framed(await bomb, 1), { 'grpc-encoding': 'gzip' });
    expect(await webStatus(response)).toBe(8);
  });

  it('gRPC-Web: a compression that is not known', async () => {
    const response = await post('application/grpc-web', framed(message(), 1), { 'grpc-encoding': 'br' });
    expect(response.headers.get('grpc-accept-encoding')).toBe('gzip');
    expect(await webStatus(response)).toBe(12);
  });

  it.each([
    ['garbage', () => new Uint8Array([7, 7, 7]), {}, 400, 'invalid_argument'],
    ['garbage for gzip', () => new Uint8Array([7, 7, 7]), { 'content-encoding': 'gzip' }, 400, 'invalid_argument'],
    ['a bomb', () => bomb, { 'content-encoding': 'gzip' }, 429, 'resource_exhausted'],
    ['another compression', () => message(), { 'content-encoding': 'br' }, 501, 'unimplemented'],
    ['more than a message may have', () => new Uint8Array(1024 * 1024 + 1), {}, 429, 'resource_exhausted'],
  ])('Connect: %s', async (_, body, headers, status, code) => {
    const response = await post('application/proto', await body(), headers);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
  });

  it('Connect: JSON is read as over REST', async () => {
    const send = (body: string) => tessera.send('POST', PATH, { headers: ADMIN, body });
    expect((await send(`{"userId":"${id}","nothing":1,"profile":null}`)).status).toBe(200);
    const both = { email: 'x@y.test', returnCode: {}, sendCode: {} };
    expect((await send(JSON.stringify({ userId: id, email: both }))).json.code).toBe('invalid_argument');
    expect((await send('{')).json.code).toBe('invalid_argument');
    expect((await send(`{"userId":1}`)).json.message).toMatch(/^proto: /);
  });

  it('of another media type are told so', async () => {
    expect((await post('text/plain', new Uint8Array(1))).status).toBe(415);
    expect((await post('application/connect+proto', new Uint8Array(1))).status).toBe(415);
  });

  it('gRPC needs HTTP/2', async () => {
    expect((await post('application/grpc', framed(message()))).status).toBe(505);
  });
});

describe('what is not there', () => {
  it.each([['/zitadel.user.v2.UserService/Nothing'], ['/zitadel.nothing.v2.NothingService/Nothing']])(
    '%s',
    async (path) => {
      const send = (type: string) => tessera.send('POST', path, { headers: { 'content-type': type }, body: '' });
      const web = await send('application/grpc-web');
      expect(web.text).toContain('grpc-status: 12');
      expect(web.text).toContain(encodeURIComponent(`unknown method ${path}`));
      expect(await send('application/json')).toMatchObject({ status: 404, json: { code: 5, message: 'Not Found' } });
    },
  );

  it('a verb', async () => {
    const { status, headers } = await tessera.send('GET', PATH, {});
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('browsers', () => {
  it('may call, and see how it went', async () => {
    const asked = 'authorization,content-type,x-grpc-web,connect-protocol-version';
    const origin = { origin: 'https://app.test' };
    const preflight = await tessera.send('OPTIONS', PATH, {
      headers: { ...origin, 'access-control-request-method': 'POST', 'access-control-request-headers': asked },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe(asked);
    const { headers } = await tessera.send('POST', PATH, { headers: { ...ADMIN, ...origin }, body: {} });
    expect(headers.get('access-control-allow-origin')).toBe('https://app.test');
    expect(headers.get('access-control-expose-headers')).toMatch(/Grpc-Status, Grpc-Message/);
  });
});
