import type { SetupFile } from '../../src/config/setup-schema.ts';

/** Ids and secrets of the setup that tests start with. */
export const ROOT = { id: '200000000000000001', pat: 'root-pat-000000000000' };
/** An identity provider for the users of all organizations. */
export const EVERYWHERE_IDP = { id: 'everywhere-idp', name: 'Sign in anywhere' };
export const ACME = {
  id: '300000000000000001',
  adminPat: 'acme-pat-000000000000',
  adminPassword: 'Acme-pass-1!',
  viewer: { id: '400000000000000001', pat: 'viewer-pat-0000000000', password: 'View-pass-1!' },
  brandUrl: 'acme.test',
  idp: { id: 'acme-idp', name: 'Sign in at Acme' },
  avibra: {
    partnerName: 'acme',
    clientId: 'acme-avibra',
    clientSecret: 'avibra-secret',
    apiKey: 'avibra-key',
    linkToken: { username: 'acme-link', password: 'link-secret' },
  },
  ownli: { partnerId: 'acme', clientId: 'acme-ownli', clientSecret: 'ownli-secret' },
} as const;
/** A second organization with every dialect, to prove that nothing crosses over. */
export const GLOBEX = {
  id: '300000000000000002',
  adminPat: 'globex-pat-0000000000',
  adminPassword: 'Globex-pass-1!',
  brandUrl: 'globex.test',
  idp: { id: 'globex-idp', name: 'Sign in at Globex' },
  avibra: {
    partnerName: 'globex',
    clientId: 'globex-avibra',
    clientSecret: 'globex-avibra-s',
    apiKey: 'globex-avibra-k',
    linkToken: { username: 'globex-link', password: 'globex-link-secret' },
  },
  ownli: { partnerId: 'globex', clientId: 'globex-ownli', clientSecret: 'globex-ownli-s' },
} as const;

/** What partners give: somebody with `basic` may choose `dental`, somebody with `plus` has it and may choose `vision`. */
export const OFFERS = [
  {
    name: 'basic',
    benefits: [
      { name: 'life', description: 'Life insurance' },
      { name: 'dental', isIncluded: false },
    ],
  },
  { name: 'plus', benefits: [{ name: 'life' }, { name: 'dental' }, { name: 'vision', isIncluded: false }] },
];

type Organization = NonNullable<SetupFile['organizations']>[number];

/** The setup of most tests: two organizations, every dialect switched on in both. */
export function testSetup(change: (setup: TestSetup) => void = () => {}): TestSetup {
  const setup: TestSetup = {
    instance: {
      usernameScope: 'instance',
      identityProviders: [EVERYWHERE_IDP],
      administrators: [
        {
          id: ROOT.id,
          username: 'root',
          givenName: 'Root',
          familyName: 'Admin',
          email: 'root@tessera.test',
          password: 'Root-pass-1!',
          personalAccessToken: ROOT.pat,
        },
      ],
    },
    organizations: [
      organization(ACME, 'Acme', {
        users: [
          {
            id: ACME.viewer.id,
            username: 'viewer',
            givenName: 'Vi',
            familyName: 'Ewer',
            email: 'vi@acme.test',
            password: ACME.viewer.password,
            roles: ['ORG_OWNER_VIEWER'],
            personalAccessToken: ACME.viewer.pat,
          },
        ],
      }),
      organization(GLOBEX, 'Globex', {}),
    ],
  };
  // Ids and secrets above are shared by all tests: what a test changes must be its own.
  const own = structuredClone(setup);
  change(own);
  return own;
}

export interface TestSetup {
  instance: NonNullable<SetupFile['instance']>;
  organizations: [Organization, Organization, ...Organization[]];
}

function organization(known: typeof ACME | typeof GLOBEX, name: string, more: Partial<Organization>): Organization {
  return {
    id: known.id,
    name,
    unique: ['email', 'phone'],
    identityProviders: [known.idp],
    administrators: [
      {
        username: `${name.toLowerCase()}.admin`,
        givenName: 'Ada',
        familyName: 'Min',
        email: `admin@${known.brandUrl}`,
        password: known.adminPassword,
        personalAccessToken: known.adminPat,
      },
    ],
    zitadel: { domains: [known.brandUrl] },
    jframework: {
      brandUrls: [known.brandUrl],
      packages: [
        {
          code: 'STANDARD',
          name: 'Standard',
          isDefault: true,
          isFree: true,
          features: [{ code: 'SEATS', name: 'Seats', title: 'Seats', type: 'Limitation', unit: 'seat', quantity: 10 }],
          prices: [{ code: 'MONTH', name: 'Monthly', amount: 10, currency: 'USD', subscriptionName: 'Monthly' }],
        },
      ],
    },
    avibra: { ...known.avibra, scope: 'users', offers: OFFERS },
    ownli: known.ownli,
    ...more,
  };
}
