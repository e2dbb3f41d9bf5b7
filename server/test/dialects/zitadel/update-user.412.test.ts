import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startTessera } from '../../support/tessera.ts';
import { ADMIN, addUser, eventTypes, expectRefusal, leavesNoTrace, update, zitadelSetup } from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const STALE = 'The user is not at a version that If-Match names';
const named = (givenName: string) => ({ profile: { givenName, familyName: 'F' } });
const when = (ifMatch: string) => ({ ...ADMIN, 'if-match': ifMatch });

let id = '';
beforeEach(async () => {
  id = await addUser(tessera);
});

describe('If-Match', () => {
  it.each(['"1"', 'W/"1"', '"7", "1"', '*'])('%s fits version 1', async (ifMatch) => {
    const response = await update(tessera, id, named('Fits'), when(ifMatch));
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe('"2"');
  });

  it.each(['"2"', '"0"', 'W/"7"', '"abc"', '""'])('%s does not', async (ifMatch) => {
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(await update(tessera, id, named('Stale'), when(ifMatch)), 412, 9, STALE),
    );
  });

  it('takes the ETag of a read and of a write', async () => {
    const read = await tessera.send('GET', `/v2/users/${id}`, { headers: ADMIN });
    const first = await update(tessera, id, named('First'), when(read.headers.get('etag') ?? ''));
    expect(first.status).toBe(200);
    expectRefusal(await update(tessera, id, named('Late'), when(read.headers.get('etag') ?? '')), 412, 9, STALE);
    expect((await update(tessera, id, named('Second'), when(first.headers.get('etag') ?? ''))).status).toBe(200);
  });

  it('is not broken by what readers do not see: a code, a password, a failed check', async () => {
    await update(tessera, id, { password: { password: { password: 'Secr3tP4ssw0rd!' } } });
    await update(tessera, id, { password: { password: { password: 'Secr3tP4ssw0rd?' }, currentPassword: 'no' } });
    await tessera.send('POST', `/v2/users/${id}/password_reset`, { headers: ADMIN, body: {} });
    expect((await eventTypes(tessera, id)).length).toBe(4);
    expect((await update(tessera, id, named('Still'), when('"1"'))).status).toBe(200);
  });

  it('lets one of many win', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => update(tessera, id, named(`Racer ${n}`), when('"1"'))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
  });

  it.each([
    ['DELETE', '', undefined],
    ['POST', '/password_reset', {}],
    ['POST', '/email/verify', { verificationCode: 'ABCDEF' }],
    ['POST', '/phone/verify', { verificationCode: 'ABCDEF' }],
  ])('is honoured by %s %s', async (method, path, body) => {
    const headers = when('"9"');
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(await tessera.send(method, `/v2/users/${id}${path}`, { headers, body }), 412, 9, STALE),
    );
  });

  it('fits no user that is still to be created', async () => {
    const body = { profile: { givenName: 'N', familyName: 'N' }, email: { email: 'n@mouse.test' } };
    const create = (tag: string, userId?: string) =>
      tessera.send('POST', '/v2/users/human', { headers: when(tag), body: { ...body, userId } });
    expectRefusal(await create('*'), 412, 9, STALE);
    // Nor one that has the id already: its version is nobody's to find out this way.
    for (const tag of ['"1"', '"2"', '*']) expectRefusal(await create(tag, id), 412, 9, STALE);
  });
});
