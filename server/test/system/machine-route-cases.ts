import { generateKeyPairSync } from 'node:crypto';
import { ACME } from '../support/setup.ts';
import type { World } from './callers.ts';
import { type Call, fresh, quoted, type RouteCase, withMember } from './route-case.ts';

const EXPIRES = '2999-01-01T00:00:00Z';
const PUBLIC_KEY = Buffer.from(
  generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }),
).toString('base64');

/** A call of the owner that has to succeed. */
export async function post(world: World, path: string, body: object) {
  const { status, json, text } = await world.tessera.send('POST', path, { headers: world.owner.zitadel, body });
  if (status !== 200) throw new Error(`${path}: ${text}`);
  return json;
}

/** People have no keys, so every call is on a machine of its own. */
async function newMachine(world: World): Promise<string> {
  const body = { organizationId: ACME.id, username: fresh(), machine: { name: 'Robot' } };
  return (await post(world, '/v2/users/new', body)).id;
}

const key = { expirationDate: EXPIRES, publicKey: PUBLIC_KEY };

/** A list that everybody may ask for. */
export const search = (path: string, body: NonNullable<Call['body']>): RouteCase => ({
  bodyOptional: true,
  stateless: true,
  status: 200,
  // Everybody may ask, and sees what it may read.
  may: ['foreign', 'viewer', 'member', 'self'],
  call: () => ({ path, text: quoted('1'), body }),
});
const ofUser = (text: string) => `{"filters":[{"userIdFilter":{"id":${text}}}]}`;

export const MACHINE_ROUTE_CASES: Readonly<Record<string, RouteCase>> = {
  'POST /v2/users/:userId/secret': {
    bodyOptional: true,
    textIsIgnored: true,
    status: 200,
    may: [],
    async call(world) {
      return { path: `/v2/users/${await newMachine(world)}/secret`, text: quoted('x'), body: withMember('userId', {}) };
    },
  },
  'DELETE /v2/users/:userId/secret': {
    status: 200,
    may: [],
    async call(world) {
      const path = `/v2/users/${await newMachine(world)}/secret`;
      await post(world, path, {});
      return { path };
    },
  },
  'POST /v2/users/:userId/keys': {
    status: 200,
    may: [],
    async call(world) {
      const path = `/v2/users/${await newMachine(world)}/keys`;
      return { path, text: quoted(EXPIRES), body: (text) => `{"publicKey":"${PUBLIC_KEY}","expirationDate":${text}}` };
    },
  },
  'DELETE /v2/users/:userId/keys/:keyId': {
    status: 200,
    may: [],
    async call(world) {
      const path = `/v2/users/${await newMachine(world)}/keys`;
      return { path: `${path}/${(await post(world, path, key)).keyId}` };
    },
  },
  'POST /v2/users/keys/search': search('/v2/users/keys/search', ofUser),
  'POST /v2/users/:userId/pats': {
    status: 200,
    may: [],
    async call(world) {
      const path = `/v2/users/${await newMachine(world)}/pats`;
      return { path, text: quoted(EXPIRES), body: (text) => `{"expirationDate":${text}}` };
    },
  },
  'DELETE /v2/users/:userId/pats/:tokenId': {
    status: 200,
    may: [],
    async call(world) {
      const path = `/v2/users/${await newMachine(world)}/pats`;
      return { path: `${path}/${(await post(world, path, { expirationDate: EXPIRES })).tokenId}` };
    },
  },
  'POST /v2/users/pats/search': search('/v2/users/pats/search', ofUser),
  'GET /.well-known/openid-configuration': {
    stateless: true,
    status: 200,
    may: 'everybody',
    call: () => ({ path: '/.well-known/openid-configuration' }),
  },
  'GET /oauth/v2/keys': {
    stateless: true,
    status: 200,
    may: 'everybody',
    call: () => ({ path: '/oauth/v2/keys' }),
  },
  'POST /oauth/v2/token': {
    stateless: true,
    status: 200,
    may: 'everybody',
    async call(world) {
      const id = await newMachine(world);
      const { clientSecret } = await post(world, `/v2/users/${id}/secret`, {});
      return {
        path: '/oauth/v2/token',
        form: true,
        text: id,
        body: (text) => `grant_type=client_credentials&client_secret=${clientSecret}&client_id=${text}`,
      };
    },
  },
  'POST /oauth/v2/introspect': {
    stateless: true,
    status: 200,
    may: 'everybody',
    async call(world) {
      const id = await newMachine(world);
      const { clientSecret } = await post(world, `/v2/users/${id}/secret`, {});
      return {
        path: '/oauth/v2/introspect',
        form: true,
        text: id,
        body: (text) => `token=x&client_secret=${clientSecret}&client_id=${text}`,
      };
    },
  },
};
