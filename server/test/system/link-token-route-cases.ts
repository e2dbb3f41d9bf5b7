import { basic } from '../portal/support.ts';
import { ACME } from '../support/setup.ts';
import { quoted, type RouteCase, withMember } from './route-case.ts';

const { username, password } = ACME.avibra.linkToken;

/** The call has credentials of its own, which nobody else holds; its own tests are about those. */
const casesOf = (path: string): Record<string, RouteCase> => ({
  [`POST ${path}`]: {
    stateless: true,
    status: 200,
    may: 'everybody',
    call: (_world, id) => ({
      path,
      headers: { authorization: basic(username, password) },
      text: quoted(id),
      body: withMember('userid', { partnername: 'acme' }),
    }),
  },
});

export const LINK_TOKEN_ROUTE_CASES: Readonly<Record<string, RouteCase>> = {
  ...casesOf('/user/linktoken3'),
  ...casesOf('/preprod/user/linktoken3'),
};
