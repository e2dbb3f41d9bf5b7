import { parseSetup } from '../../src/config/setup-file.ts';

/** A valid setup with two organizations, as JSON members that a case may change. */
export function sample() {
  return {
    instance: {
      administrators: [{ username: 'root', givenName: 'R', familyName: 'A', personalAccessToken: 'root-pat' }],
    },
    organizations: [
      {
        id: '300000000000000001',
        name: 'Acme',
        users: [
          {
            id: '1',
            username: 'vi',
            givenName: 'Vi',
            familyName: 'Ewer',
            email: 'vi@acme.test',
            password: 'View-pass-1!',
            roles: ['ORG_OWNER_VIEWER', 'EDITOR', 'SUPER_ADMIN'],
          },
        ],
        zitadel: { domains: ['Acme.test'] },
        jframework: {
          brandUrls: ['acme.test'],
          roles: [{ code: 'EDITOR', name: 'Editor', permissions: ['USER.READ'] }],
          packages: [{ code: 'STD', name: 'Standard', isDefault: true, features: [{ code: 'F', name: 'F' }] }],
        },
        avibra: { partnerName: 'acme', clientId: 'acme-avibra', clientSecret: 'hunter2', apiKey: 'avibra-key' },
        ownli: { partnerId: 'acme', clientId: 'acme-ownli', clientSecret: 'hunter2' },
      },
      { name: 'Beta', users: [{ id: '2', givenName: 'Be', familyName: 'Ta' }] },
    ],
  };
}

/** The sample with the member at a dotted path replaced, or removed when the value is undefined. */
export function changed(path: string, value: unknown): string {
  const root: unknown = sample();
  const names = path.split('.');
  const last = names.pop() ?? '';
  const parent = names.reduce<unknown>((node, name) => Reflect.get(Object(node), name), root);
  Reflect.set(Object(parent), last, value);
  return JSON.stringify(root);
}

export function parse(text: string, env: Record<string, string> = {}) {
  return parseSetup(text, env, 'setup.json');
}
