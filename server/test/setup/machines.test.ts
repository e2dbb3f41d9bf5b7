import { afterEach, describe, expect, it } from 'vitest';
import { addKey, addSecret, assertionOf, grantByKey, grantBySecret } from '../dialects/zitadel/machine-support.ts';
import { ACME, ROOT, type TestSetup, testSetup } from '../support/setup.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';
import { Instance } from './instance.ts';

const LOGIN = { id: 'login-app', kind: 'machine', name: 'Login', roles: ['IAM_LOGIN_CLIENT'] } as const;
const PROVISIONER = {
  id: 'provisioner',
  kind: 'machine',
  username: 'terraform',
  name: 'Terraform',
  description: 'Makes users',
  roles: ['ORG_OWNER'],
} as const;

const withMachines = (setup: TestSetup) => {
  setup.instance.users = [{ ...LOGIN, roles: [...LOGIN.roles] }];
  setup.organizations[0].users?.push({ ...PROVISIONER, roles: [...PROVISIONER.roles] });
};

describe('a machine of the setup file', () => {
  let tessera: Tessera;
  afterEach(() => tessera.stop());

  it('has a name and roles, and acts under them with a key or a secret that an API made', async () => {
    tessera = await startTessera(testSetup(withMachines));
    expect(await tessera.user(PROVISIONER.id)).toMatchObject({
      kind: 'machine',
      username: 'terraform',
      profile: { displayName: 'Terraform', description: 'Makes users' },
    });
    expect(await tessera.user(LOGIN.id)).toMatchObject({ kind: 'machine', username: LOGIN.id });

    const root = { authorization: `Bearer ${ROOT.pat}` };
    const secret = await addSecret(tessera, PROVISIONER.id);
    const owner = await grantBySecret(tessera, 'terraform', secret);
    const password = { newPassword: { password: 'Another-pass-2!' } };
    const setPassword = (token: string) =>
      tessera.send('POST', `/v2/users/${ACME.viewer.id}/password`, {
        headers: { authorization: `Bearer ${token}` },
        body: password,
      });
    expect((await setPassword(owner.json.access_token)).status).toBe(200);

    const key = await addKey(tessera, LOGIN.id, undefined, root);
    const login = await grantByKey(tessera, assertionOf(tessera, key));
    const read = await tessera.send('GET', `/v2/users/${ACME.viewer.id}`, {
      headers: { authorization: `Bearer ${login.json.access_token}` },
    });
    expect(read.status, read.text).toBe(200);
  });
});

describe('another start', () => {
  const instance = new Instance();
  afterEach(() => instance.destroy());

  it('changes what the file says anew, and takes nobody for what it is not', async () => {
    await instance.start(testSetup(withMachines));
    const before = await instance.store.user(PROVISIONER.id);
    await instance.start(testSetup(withMachines));
    expect(await instance.store.user(PROVISIONER.id)).toEqual(before);

    const changed = testSetup(withMachines);
    Object.assign(changed.organizations[0].users?.[1] ?? {}, { name: 'OpenTofu', description: 'Makes more' });
    await instance.start(changed);
    expect((await instance.store.user(PROVISIONER.id))?.profile).toMatchObject({
      displayName: 'OpenTofu',
      description: 'Makes more',
    });

    const person = testSetup();
    person.organizations[0].users?.push({ id: PROVISIONER.id, givenName: 'Terra', familyName: 'Form' });
    expect(await instance.refusal(person)).toBe(
      'the setup cannot be applied: user "provisioner" is a machine, and cannot become a human',
    );
    const machine = testSetup();
    machine.organizations[0].users = [{ kind: 'machine', username: 'viewer', name: 'Viewer' }];
    expect(await instance.refusal(machine)).toBe(
      'the setup cannot be applied: user "viewer" is a human, and cannot become a machine',
    );
  });
});
