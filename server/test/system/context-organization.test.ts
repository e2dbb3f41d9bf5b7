import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVICES } from '../../src/api/zitadel/index.ts';
import { restRoutes } from '../../src/api/zitadel/protocol/routes.ts';
import { TRANSPORTS, transportsOf } from '../dialects/zitadel/transports.ts';
import { GLOBEX, ROOT, testSetup } from '../support/setup.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';
import { rowCounts } from './mounted-routes.ts';

let tessera: Tessera;
beforeAll(async () => {
  tessera = await startTessera(
    testSetup(({ organizations }) => {
      organizations.push({ id: 'without', name: 'Without the dialect' });
    }),
  );
});
afterAll(() => tessera.stop());

/** Every method, with a request that says nothing but what the path of its route needs. */
const calls = SERVICES.flatMap(restRoutes).map(({ method, pathFields }) => ({
  method,
  request: Object.fromEntries(pathFields.map(({ param }) => [param, ROOT.id])),
}));

describe.each(TRANSPORTS)('the organization that a call over %s asks to act in', (transport) => {
  it('must be there, whatever the method, before anything else is looked at', async () => {
    const call = transportsOf(tessera, ROOT.pat)[transport];
    const before = await rowCounts(tessera);
    for (const { method, request } of calls) {
      for (const id of ['nobody', 'without']) {
        const outcome = await call(method, request, { 'x-zitadel-orgid': id });
        expect({ method: method.name, ...outcome }).toMatchObject({
          method: method.name,
          code: Code.PermissionDenied,
          message: "Organisation doesn't exist (AUTH-Bs7Ds)",
          details: [{ id: 'AUTH-Bs7Ds' }],
        });
      }
      // Who calls comes first.
      const nobody = await transportsOf(tessera)[transport](method, request, { 'x-zitadel-orgid': 'nobody' });
      expect([method.name, nobody.code]).toEqual([method.name, Code.Unauthenticated]);
    }
    expect(await rowCounts(tessera)).toEqual(before);
  });

  it('makes no difference to a call on a user that is named', async () => {
    const call = transportsOf(tessera, ROOT.pat)[transport];
    const named = calls.filter(({ method: { name } }) => name.startsWith('Get'));
    expect(named).not.toHaveLength(0);
    for (const { method, request } of named) {
      const plain = await call(method, request);
      expect(plain.code).toBe(0);
      for (const id of [GLOBEX.id, '']) {
        expect(await call(method, request, { 'x-zitadel-orgid': id })).toEqual(plain);
      }
    }
  });
});
