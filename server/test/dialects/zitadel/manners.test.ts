import { connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import type { JsonObject } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { afterAll, describe, expect, it } from 'vitest';
import { UserService } from '../../../src/api/zitadel/protocol/user-service.ts';
import { call as rawCall } from '../../http/raw.ts';
import { ACME, GLOBEX, ROOT } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { ADMIN, addUser, END_USER, expectRefusal, leavesNoTrace, newPerson, zitadelSetup } from './support.ts';
import { getUserByID, TRANSPORTS, transportsOf, updateHumanUser } from './transports.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const admin = transportsOf(tessera, ACME.adminPat);
const root = transportsOf(tessera, ROOT.pat);
const PATH = '/zitadel.user.v2.UserService/UpdateHumanUser';
const ORIGIN = { origin: 'https://app.test' };

describe('Accept-Language', () => {
  it.each(['de', 'de-CH, de;q=0.9, *;q=0.1', '*', 'no language, at all;;q=x'])(
    '%j: English, which is all there is',
    async (language) => {
      const headers = { ...ADMIN, 'accept-language': language };
      const response = await tessera.send('GET', '/v2/users/nobody', { headers });
      expectRefusal(response, 404, 5, 'User could not be found (QUERY-Dfbg2)');
      for (const transport of TRANSPORTS) {
        const answer = await admin[transport](getUserByID, { userId: 'nobody' }, { 'accept-language': language });
        expect(answer).toMatchObject({ code: 5, message: 'User could not be found (QUERY-Dfbg2)' });
      }
    },
  );
});

describe('headers of the RPC protocols', () => {
  const call = (type: string, body: string | Uint8Array, headers: Record<string, string> = ADMIN) =>
    fetch(`${tessera.url}${PATH}`, {
      method: 'POST',
      headers: { ...ORIGIN, 'content-type': type, ...headers },
      body,
    });
  const message = new TextEncoder().encode(JSON.stringify({ userId: END_USER.id }));
  const framed = Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);

  it.each<[string, string, string | Uint8Array]>([
    ['Connect', 'application/json', `{"userId":"${END_USER.id}"}`],
    ['gRPC-Web', 'application/grpc-web+json', framed],
  ])('%s: nothing of a success is kept', async (_protocol, type, body) => {
    const { status, headers } = await call(type, body);
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      pragma: 'no-cache',
      expires: 'now',
      'x-robots-tag': 'none',
    });
  });

  it.each<[string, string, string | Uint8Array, Record<string, string>]>([
    ['a refusal of Connect', 'application/json', '{}', {}],
    ['a refusal of gRPC-Web', 'application/grpc-web+json', framed, {}],
    ['a body that is none', 'application/grpc-web', 'x', ADMIN],
    ['a media type that is none', 'text/plain', 'x', ADMIN],
    ['gRPC over HTTP/1', 'application/grpc', 'x', ADMIN],
  ])('a page of any origin sees %s', async (_what, type, body, headers) => {
    const response = await call(type, body, headers);
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN.origin);
    expect(response.headers.get('access-control-allow-credentials')).toBe('true');
    expect(response.headers.get('access-control-expose-headers')).toContain('Grpc-Status-Details-Bin');
  });

  it('a detail of Connect is base64 without padding, with its members beside it', async () => {
    const { json } = await tessera.send('POST', PATH, { headers: ADMIN, body: { userId: 'nobody' } });
    const text = 'User could not be found';
    expect(json).toEqual({
      code: 'not_found',
      message: `${text} (COMMAND-ugjs0upun6)`,
      details: [
        {
          type: 'zitadel.v1.ErrorDetail',
          value: expect.stringMatching(/^[A-Za-z0-9+/]+$/),
          debug: { id: 'COMMAND-ugjs0upun6', message: text },
        },
      ],
    });
    expect(Buffer.from(json.details[0].value, 'base64').toString()).toContain(text);
  });
});

describe('gRPC', () => {
  const { setUserMetadata } = UserService.method;
  const value = Buffer.alloc(400_000, 1).toString('base64');

  it('a message beyond 1 MiB is refused by name, one below it is not', async () => {
    const userId = await addUser(tessera);
    const metadata = ['a', 'b', 'c'].map((key) => ({ key, value }));
    await leavesNoTrace(tessera, userId, async () => {
      const outcome = await admin.grpc(setUserMetadata, { userId, metadata });
      expect(outcome).toMatchObject({ code: Code.ResourceExhausted });
    });
    expect(await admin.grpc(setUserMetadata, { userId, metadata: metadata.slice(1) })).toMatchObject({ code: 0 });
  });

  it.each<[string, OutgoingHttpHeaders, number]>([
    ['too much', {}, Code.ResourceExhausted],
    ['a repeated header', { 'x-zitadel-orgid': ['1', '2'] }, Code.InvalidArgument],
  ])('a client that goes on sending is told of %s, in trailers, and its stream ends', async (_what, more, code) => {
    const session = connect(tessera.url);
    const headers = { ':method': 'POST', ':path': PATH, 'content-type': 'application/grpc', te: 'trailers' };
    const stream = session.request({ ...headers, ...ADMIN, ...more });
    stream.on('error', () => {});
    let trailers: IncomingHttpHeaders = {};
    stream.on('trailers', (received) => {
      trailers = received;
    });
    const closed = new Promise((resolve) => stream.once('close', resolve));
    stream.resume().write(Buffer.alloc(1_300_000));
    await closed;
    session.close();
    expect(trailers['grpc-status']).toBe(String(code));
  });

  it.each([
    ['soon', Code.InvalidArgument],
    ['1n', Code.DeadlineExceeded],
    ['20S', 0],
    ['99999999H', 0],
  ])('grpc-timeout %s: code %i', async (timeout, code) => {
    const request = { userId: END_USER.id };
    expect(await admin.grpc(updateHumanUser, request, { 'grpc-timeout': timeout })).toMatchObject({ code });
  });
});

describe('a refusal before any method', () => {
  it('is in the form of Connect where no content type is named', async () => {
    const twice = ['x-zitadel-orgid: 1', 'x-zitadel-orgid: 2'];
    for (const type of [[], ['content-type: application/json']]) {
      const { status, json } = await rawCall(
        Number(new URL(tessera.url).port),
        'POST',
        PATH,
        [...type, ...twice],
        '{}',
      );
      expect([status, json]).toMatchObject([400, { code: 'invalid_argument' }]);
    }
  });
});

it('a body that no field takes is ignored, however it is put', async () => {
  const userId = await addUser(tessera);
  const headers = { ...ADMIN, 'content-type': 'text/plain', 'content-encoding': 'gzip' };
  const { status } = await tessera.send('DELETE', `/v2/users/${userId}`, { headers, body: 'no gzip' });
  expect(status).toBe(200);
});

it.each(TRANSPORTS)(
  'over %s: no text holds a NUL, neither one to be written nor one to be looked up',
  async (transport) => {
    const userId = await addUser(tessera);
    await leavesNoTrace(tessera, userId, async () => {
      const profile = { givenName: 'Min', familyName: 'Nie', nickName: 'a\0b' };
      const refusal = { code: 3, message: 'proto: The body holds a NUL character.' };
      expect(await admin[transport](updateHumanUser, { userId, profile })).toMatchObject(refusal);
      expect(await admin[transport](getUserByID, { userId: `${userId}\0` })).toMatchObject({ code: 3 });
    });
  },
);

describe('an idempotency key', () => {
  const { addHumanUser } = UserService.method;

  it.each(TRANSPORTS)('over %s: in another organization it is another request', async (transport) => {
    const request = newPerson() as JsonObject;
    const inside = (organization: string) => ({
      'x-zitadel-orgid': organization,
      'idempotency-key': `organizations-${transport.replace(' ', '-')}`,
    });
    const call = (organization: string) => root[transport](addHumanUser, { ...request }, inside(organization));
    const first = await call(ACME.id);
    expect(first).toMatchObject({ code: 0, details: { details: { resourceOwner: ACME.id } } });
    expect(await call(GLOBEX.id)).toMatchObject({
      code: 3,
      message: expect.stringMatching(/^The Idempotency-Key was/),
    });
    expect(await call(ACME.id)).toEqual({ ...first, replayed: true });
  });
});
