import { ACME } from '../support/setup.ts';
import { fresh, next, quoted, type RouteCase, withMember } from './route-case.ts';

const STAGES = ['', '/preprod'];

const person = () => ({
  partnername: 'acme',
  userid: fresh(),
  firstname: 'Gi',
  email: `${fresh()}@x.test`,
  phone: String(3_120_000_000 + next()),
});
const headers = () => ({ 'idempotency-key': fresh() });

/** Ends what the user `id` has from the partner. */
const cancelling = (path: (id: string) => string): RouteCase => ({
  status: 200,
  may: [],
  call: (_world, id) => ({ path: path(id), headers: headers() }),
});

const casesOf = (stage: string): Record<string, RouteCase> => ({
  [`POST ${stage}/oauth2/token`]: {
    stateless: true,
    status: 200,
    may: 'everybody',
    call: () => ({
      path: `${stage}/oauth2/token`,
      form: true,
      text: ACME.avibra.clientId,
      body: (text) =>
        `grant_type=client_credentials&scope=users&client_secret=${ACME.avibra.clientSecret}&client_id=${text}`,
    }),
  },
  [`POST ${stage}/user/account/create`]: {
    status: 200,
    may: [],
    call: () => ({
      path: `${stage}/user/account/create`,
      headers: headers(),
      text: quoted('Fa'),
      body: withMember('lastname', person()),
    }),
  },
  [`POST ${stage}/user/account/update`]: {
    status: 200,
    may: [],
    call: (_world, id) => ({
      path: `${stage}/user/account/update`,
      headers: headers(),
      text: quoted(fresh()),
      body: withMember('firstname', { partnername: 'acme', userid: id }),
    }),
  },
  [`DELETE ${stage}/user/account/cancel/:userid`]: cancelling((id) => `${stage}/user/account/cancel/${id}`),
  [`POST ${stage}/user/account/cancel/:userid`]: cancelling((id) => `${stage}/user/account/cancel/${id}`),
  [`POST ${stage}/user/offers/:userid`]: cancelling((id) => `${stage}/user/offers/${id}`),
  [`POST ${stage}/user/account/cancel`]: {
    status: 200,
    may: [],
    call: (_world, id) => ({
      path: `${stage}/user/account/cancel`,
      headers: headers(),
      text: quoted('acme'),
      body: withMember('partnername', { userid: id }),
    }),
  },
  [`POST ${stage}/user/offers`]: {
    status: 200,
    may: [],
    call: (_world, id) => ({
      path: `${stage}/user/offers`,
      headers: headers(),
      text: quoted('basic'),
      body: withMember('offername', { partnername: 'acme', userid: id }),
    }),
  },
  [`POST ${stage}/user/prefill`]: {
    unrepeatable: true,
    status: 200,
    may: [],
    call: () => ({
      path: `${stage}/user/prefill`,
      headers: headers(),
      text: quoted('Fa'),
      body: withMember('lastname', person()),
    }),
  },
  [`POST ${stage}/user/benefits`]: {
    stateless: true,
    status: 200,
    may: [],
    call: (_world, id) => ({
      path: `${stage}/user/benefits`,
      text: quoted('acme'),
      body: withMember('partnername', { userid: id }),
    }),
  },
});

/** Calls of the partner that enrols its users at a benefits provider. */
export const AVIBRA_ROUTE_CASES: Readonly<Record<string, RouteCase>> = Object.assign({}, ...STAGES.map(casesOf));
