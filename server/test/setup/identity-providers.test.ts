import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ACME, EVERYWHERE_IDP, GLOBEX, type TestSetup, testSetup } from '../support/setup.ts';
import { startTessera, type Tessera, type TestResponse } from '../support/tessera.ts';

let tessera: Tessera;
afterEach(() => tessera.stop());

const VIEWER = ACME.viewer.id;
const headers = { authorization: `Bearer ${ACME.adminPat}` };

/** Starts again with another setup file. */
async function restartWith(change: (setup: TestSetup) => void): Promise<void> {
  writeFileSync(join(tessera.dataDir, 'test-setup.json'), JSON.stringify(testSetup(change)));
  await tessera.restart();
}

const link = (idpId: string, userId: string): Promise<TestResponse> =>
  tessera.send('POST', `/v2/users/${VIEWER}/links`, { headers, body: { idpLink: { idpId, userId, userName: 'x' } } });
const unlink = (idpId: string, userId: string): Promise<TestResponse> =>
  tessera.send('DELETE', `/v2/users/${VIEWER}/links/${idpId}/${userId}`, { headers });

describe('identity providers of the setup file', () => {
  it('are there after another start', async () => {
    tessera = await startTessera();
    await tessera.restart();
    expect((await link(EVERYWHERE_IDP.id, 'a')).status).toBe(200);
    expect((await link(ACME.idp.id, 'a')).status).toBe(200);
  });

  it('take no new links once they have left it; those there are can be removed', async () => {
    tessera = await startTessera();
    for (const idpId of [EVERYWHERE_IDP.id, ACME.idp.id]) expect((await link(idpId, 'a')).status).toBe(200);
    await restartWith((setup) => {
      delete setup.instance.identityProviders;
      delete setup.organizations[0].identityProviders;
    });
    for (const idpId of [EVERYWHERE_IDP.id, ACME.idp.id]) {
      expect((await link(idpId, 'b')).json.message).toBe('Identity provider not found (COMMAND-39nf2)');
      expect((await unlink(idpId, 'a')).status).toBe(200);
    }
  });

  it('may move from an organization that left it, with the identities that are taken', async () => {
    tessera = await startTessera();
    const globex = { authorization: `Bearer ${GLOBEX.adminPat}` };
    const body = {
      organizationId: GLOBEX.id,
      human: {
        profile: { givenName: 'Gi', familyName: 'Fa' },
        email: { email: 'gi@globex.test', isVerified: true },
        idpLinks: [{ idpId: GLOBEX.idp.id, userId: 'a', userName: 'x' }],
      },
    };
    const created = await tessera.send('POST', '/v2/users/new', { headers: globex, body });
    expect(created.status, created.text).toBe(200);
    await restartWith((setup) => {
      setup.organizations.splice(1, 1);
      setup.organizations[0].identityProviders = [GLOBEX.idp];
    });
    expect((await link(GLOBEX.idp.id, 'a')).status).toBe(409);
    expect((await link(GLOBEX.idp.id, 'b')).status).toBe(200);
  });
});

it('no two of them share an id', async () => {
  tessera = await startTessera();
  await expect(
    restartWith(({ organizations }) => (organizations[1].identityProviders = [EVERYWHERE_IDP])),
  ).rejects.toThrow('organizations[1].identityProviders[0].id must differ from instance.identityProviders[0].id');
  await restartWith(() => {});
});
