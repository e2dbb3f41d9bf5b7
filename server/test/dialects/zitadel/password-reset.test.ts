import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import {
  ADMIN,
  addUser,
  END,
  END_USER,
  eventTypes,
  expectRefusal,
  type Headers,
  leavesNoTrace,
  MANAGE,
  messagesTo,
  OWNER,
  plant,
  update,
  VIEWER,
  zitadelSetup,
} from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const reset = (id: string, body: unknown = {}, headers: Headers = ADMIN) =>
  tessera.send('POST', `/v2/users/${id}/password_reset`, { headers, body });

let id = '';
beforeEach(async () => {
  id = await addUser(tessera, { password: { password: 'Secr3tP4ssw0rd!' } });
});

describe('how the code leaves', () => {
  it.each([
    ['nothing said', {}],
    ['sendLink', { sendLink: {} }],
    ['by e-mail', { sendLink: { notificationType: 'NOTIFICATION_TYPE_Email' } }],
    ['with a template', { sendLink: { urlTemplate: 'https://x.test/?c={{.Code}}' } }],
  ])('%s: by mail', async (_what, body) => {
    const response = await reset(id, body);
    expect(response.status, response.text).toBe(200);
    expect(response.json).toEqual({
      details: { sequence: '2', changeDate: expect.any(String), resourceOwner: ACME.id },
    });
    expect(response.headers.get('etag')).toBe('"1"');
    expect(await messagesTo(tessera, id)).toEqual(['reset_password']);
    expect((await eventTypes(tessera, id)).at(-1)).toBe('user.password_code_added');
  });

  it('by SMS, which needs a phone', async () => {
    const body = { sendLink: { notificationType: 'NOTIFICATION_TYPE_SMS' } };
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(await reset(id, body), 400, 9, 'Phone not found (COMMAND-ieJ2e)'),
    );
    await update(tessera, id, { phone: { phone: '+41791234567', isVerified: true } });
    expect((await reset(id, body)).status).toBe(200);
  });

  it('returnCode: in the answer, nothing is sent', async () => {
    const response = await reset(id, { returnCode: {} });
    expect(response.json.verificationCode).toMatch(/^[A-Z0-9]{6}$/);
    expect(await messagesTo(tessera, id)).toEqual([]);
  });

  it('a new code replaces the previous one', async () => {
    const first = (await reset(id, { returnCode: {} })).json.verificationCode;
    const second = (await reset(id, { returnCode: {} })).json.verificationCode;
    const set = (verificationCode: string) =>
      update(tessera, id, { password: { password: { password: 'N3wP4ssword!' }, verificationCode } });
    if (first !== second) expectRefusal(await set(first), 400, 3, 'Code is invalid (CODE-woT0xc)');
    expect((await set(second)).status).toBe(200);
  });
});

describe('who may', () => {
  it('oneself, by mail', async () => {
    expect((await reset(END_USER.id, {}, END)).status).toBe(200);
  });

  it('not oneself with the code returned: it would prove nothing', async () => {
    const response = await reset(END_USER.id, { returnCode: {} }, END);
    expectRefusal(response, 404, 5, 'membership not found (AUTHZ-cdgFk)');
  });

  it('not a viewer, not a stranger', async () => {
    await leavesNoTrace(tessera, id, async () => {
      expectRefusal(await reset(id, {}, VIEWER), 403, 7, 'No matching permissions found (AUTH-AWfge)');
      expectRefusal(await reset(id, {}, END), 404, 5, 'membership not found (AUTHZ-cdgFk)');
    });
  });

  it('not for a user who holds more', async () => {
    const response = await reset(OWNER.id, { returnCode: {} }, MANAGE);
    expectRefusal(response, 403, 7, 'No matching permissions found (AUTH-AWfge)');
  });
});

it('unknown user', async () => {
  expectRefusal(await reset('unknown'), 404, 5, 'User could not be found (COMMAND-SAF4f)');
});

it('user in state initial', async () => {
  await plant(tessera, { id: 'initial', state: 'initial' });
  expectRefusal(await reset('initial'), 400, 9, 'User is not yet initialized (COMMAND-Sfe4g)');
});

it('a template that cannot be parsed', async () => {
  const body = { sendLink: { urlTemplate: '{{.Code' } };
  expectRefusal(await reset(id, body), 400, 3, 'URL Template is invalid (DOMAIN-oGh5e)');
});

it('two ways at once', async () => {
  const response = await reset(id, { sendLink: {}, returnCode: {} });
  expect(response.status).toBe(400);
  expect(response.json.message).toMatch(/^proto: .*already set/);
});
