import { ACME } from '../support/setup.ts';
import { post, search } from './machine-route-cases.ts';
import { fresh, quoted, type RouteCase, withMember } from './route-case.ts';

const IDP = ACME.idp.id;

/** The list of users, and links to identity providers. */
export const IDP_ROUTE_CASES: Readonly<Record<string, RouteCase>> = {
  'POST /v2/users': search('/v2/users', (text) => `{"queries":[{"userNameQuery":{"userName":${text}}}]}`),
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
      await post(world, path, { idpLink: { idpId: IDP, userId, userName: 'x' } });
      return { path: `${path}/${IDP}/${userId}` };
    },
  },
};
