import type { Store } from '../../src/app/ports/store.ts';
import type { ServerParts } from '../../src/server/server.ts';
import { type DialectName, dialectClients, somebody } from '../support/clients.ts';
import { ACME, GLOBEX, ROOT, type TestSetup, testSetup } from '../support/setup.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';

export type Headers = Readonly<Record<string, string>>;

/** Who may ask, besides the organization's own administrator or client. */
export const STRANGERS = ['nobody', 'garbage', 'other dialect', 'foreign', 'viewer', 'member', 'self'] as const;
export type Stranger = (typeof STRANGERS)[number];

/** A member of Acme without any role. */
export const MEMBER = { id: '400000000000000020', pat: 'member-pat-0000000000', password: 'Member-pass-1!' };

/** A server, and credentials of everybody for every dialect. */
export interface World {
  readonly tessera: Tessera;
  readonly owner: Readonly<Record<DialectName, Headers>>;
  /** The instance's administrator, for Zitadel. */
  readonly root: Headers;
  headersOf(dialect: DialectName, stranger: Stranger): Headers;
  /** A new user of Acme whom nobody has changed yet. */
  newUser(): Promise<string>;
}

const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

export function memberSetup(): TestSetup {
  return testSetup(({ organizations: [acme] }) => {
    const { id, pat, password } = MEMBER;
    const person = { id, username: 'member', givenName: 'Mem', familyName: 'Ber', email: 'member@acme.test' };
    acme.users = [...(acme.users ?? []), { ...person, password, personalAccessToken: pat }];
  });
}

/** What requests leave stays, to be counted. */
function keeping(store: Store): Store {
  return Object.assign(store, { pruneShortLived: async () => 0 });
}

export async function createWorld(parts: ServerParts = {}): Promise<World> {
  const onStore = (opened: Store) => keeping(parts.onStore?.(opened) ?? opened);
  const tessera = await startTessera(memberSetup(), { ...parts, onStore });
  const ownliToken = async (scope: string, { ownli }: typeof ACME | typeof GLOBEX) =>
    (await tessera.send('POST', '/api/auth/token', { body: { ...ownli, scope } })).json.access_token as string;
  const avibraToken = async ({ avibra }: typeof ACME | typeof GLOBEX) => {
    const { clientId, clientSecret } = avibra;
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: 'users' };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(form).toString();
    return (await tessera.send('POST', '/oauth2/token', { headers, body })).json.access_token as string;
  };
  const authKey = async (brandUrl: string, username: string, password: string) => {
    const body = { username, password };
    const { json } = await tessera.send('POST', '/api/v1/users/auth', { headers: { 'brand-url': brandUrl }, body });
    return json.data.authKey as string;
  };
  const tokens = {
    ownli: await ownliToken('admin', ACME),
    ownliUser: await ownliToken('user', ACME),
    ownliForeign: await ownliToken('admin', GLOBEX),
    avibra: await avibraToken(ACME),
    avibraForeign: await avibraToken(GLOBEX),
    owner: await authKey(ACME.brandUrl, 'acme.admin', ACME.adminPassword),
    foreign: await authKey(GLOBEX.brandUrl, 'globex.admin', GLOBEX.adminPassword),
    viewer: await authKey(ACME.brandUrl, 'viewer', ACME.viewer.password),
    member: await authKey(ACME.brandUrl, 'member', MEMBER.password),
  };
  const brand = { 'brand-url': ACME.brandUrl };
  const partner = { 'x-api-key': ACME.avibra.apiKey, version: 'v2' };
  const member = bearer(MEMBER.pat);
  const strangers: Record<DialectName, Record<Stranger, Headers>> = {
    zitadel: {
      nobody: {},
      garbage: bearer('garbage'),
      'other dialect': bearer(tokens.ownli),
      foreign: bearer(GLOBEX.adminPat),
      viewer: bearer(ACME.viewer.pat),
      member,
      self: member,
    },
    jframework: {
      nobody: brand,
      garbage: { ...brand, 'auth-key': 'garbage' },
      'other dialect': { ...brand, 'auth-key': ACME.adminPat, ...bearer(ACME.adminPat) },
      foreign: { 'brand-url': GLOBEX.brandUrl, 'auth-key': tokens.foreign },
      viewer: { ...brand, 'auth-key': tokens.viewer },
      member: { ...brand, 'auth-key': tokens.member },
      self: { ...brand, 'auth-key': tokens.member },
    },
    avibra: {
      nobody: partner,
      garbage: { ...partner, ...bearer('garbage') },
      'other dialect': { ...partner, ...bearer(tokens.ownli) },
      foreign: { ...partner, ...bearer(tokens.avibraForeign), 'x-api-key': GLOBEX.avibra.apiKey },
      viewer: { ...partner, ...bearer(ACME.viewer.pat) },
      member: { ...partner, ...member },
      self: { ...partner, ...member },
    },
    ownli: {
      nobody: {},
      garbage: bearer('garbage'),
      'other dialect': bearer(tokens.avibra),
      foreign: bearer(tokens.ownliForeign),
      viewer: bearer(tokens.ownliUser),
      member,
      self: member,
    },
  };
  const { ownli } = await dialectClients(tessera);
  return {
    tessera,
    owner: {
      zitadel: bearer(ACME.adminPat),
      jframework: { ...brand, 'auth-key': tokens.owner },
      avibra: { ...partner, ...bearer(tokens.avibra) },
      ownli: bearer(tokens.ownli),
    },
    root: bearer(ROOT.pat),
    headersOf: (dialect, stranger) => strangers[dialect][stranger],
    async newUser() {
      const { id, response } = await ownli.create(somebody());
      if (id === undefined) throw new Error(`a user could not be created: ${response.text}`);
      return id;
    },
  };
}
