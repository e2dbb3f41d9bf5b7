import { ACME } from '../support/setup.ts';
import { fresh, quoted, type RouteCase, withMember } from './route-case.ts';

const IDP = ACME.idp.id;

/** The list of users, and links to identity providers. */
export const IDP_ROUTE_CASES: Readonly<Record<string, RouteCase>> = {
  'POST /v2/users': {
    bodyOptional: true,
    stateless: true,
    status: 200,
    // Everybody may ask, and sees what it may read.
    may: ['foreign', 'viewer', 'member', 'self'],
    call: () => ({
      path: '/v2/users',
      text: quoted('x'),
      body: (text) => `{"queries":[{"userNameQuery":{"userName":${text}}}]}`,
    }),
  },
  'POST /v2/users/:userId/links': {
    status: 200,
    may: ['self'],
    call: (_world, id) => ({
      path: `/v2/users/${id}/links`,
      text: quoted(fresh()),
      body: (text) => `{"idpLink":${withMember('userId', { idpId: IDP, userName: 'x' })(text)}}`,
    }),
  },
  'POST /v2/users/:userId/links/_search': {
    bodyOptional: true,
    stateless: true,
    textIsIgnored: true,
    status: 200,
    may: ['viewer', 'self'],
    call: (_world, id) => ({ path: `/v2/users/${id}/links/_search`, text: quoted(id), body: withMember('userId', {}) }),
  },
  'DELETE /v2/users/:userId/links/:idpId/:linkedUserId': {
    status: 200,
    may: ['self'],
    async call(world, id) {
      const userId = fresh();
      const path = `/v2/users/${id}/links`;
      const body = { idpLink: { idpId: IDP, userId, userName: 'x' } };
      const { status, text } = await world.tessera.send('POST', path, { headers: world.owner.zitadel, body });
      if (status !== 200) throw new Error(`POST ${path}: ${text}`);
      return { path: `${path}/${IDP}/${userId}` };
    },
  },
};
