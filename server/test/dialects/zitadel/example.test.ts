import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { ADMIN, addUser, leavesNoTrace, zitadelSetup } from './support.ts';

interface Example {
  request: {
    method: string;
    path: string;
    headers: Record<string, string>;
    body: {
      username: string;
      profile: object;
      email: Record<string, unknown>;
      phone: Record<string, unknown>;
      password: Record<string, unknown> & { password: object };
    };
  };
  answer: { status: number };
}

const path = fileURLToPath(new URL('../../fixtures/examples/zitadel.json', import.meta.url));
const { request, answer }: Example = JSON.parse(readFileSync(path, 'utf8'));
const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

function send(userId: string, body: unknown) {
  const printed = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]);
  const headers = { ...Object.fromEntries(printed), authorization: `Bearer ${ACME.adminPat}` };
  return tessera.send(request.method, request.path.replace('{userId}', userId), { headers, body });
}

/** Of the members of a oneof, only one. */
function choose(part: Record<string, unknown>, oneof: readonly string[], chosen: string | null): object {
  return Object.fromEntries(Object.entries(part).filter(([name]) => !oneof.includes(name) || name === chosen));
}

const VERIFICATION = ['sendCode', 'returnCode', 'isVerified'];

it('as printed, with several members of one oneof: 400', async () => {
  const id = await addUser(tessera);
  await leavesNoTrace(tessera, id, async () => {
    const response = await send(id, request.body);
    expect(response.status).toBe(400);
    expect(response.json).toEqual({ code: 3, message: expect.stringMatching(/^proto: oneof .* is already set$/) });
  });
});

describe('each legal selection', () => {
  const selections = VERIFICATION.flatMap((verification) =>
    ['password', 'hashedPassword'].flatMap((secret) =>
      ['currentPassword', 'verificationCode', null].map((proof) => ({ verification, secret, proof })),
    ),
  );

  it.each(selections)('$verification, $secret, $proof', async ({ verification, secret, proof }) => {
    const id = await addUser(tessera, { password: { password: 'Another-1-pass' } });
    const reset = await tessera.send('POST', `/v2/users/${id}/password_reset`, {
      headers: ADMIN,
      body: { returnCode: {} },
    });
    const { username, profile, email, phone, password } = request.body;
    const proofs = { currentPassword: 'Another-1-pass', verificationCode: reset.json.verificationCode };
    const body = {
      username,
      profile,
      email: choose(email, VERIFICATION, verification),
      phone: choose(phone, VERIFICATION, verification),
      password: choose(
        { ...password, ...proofs },
        ['password', 'hashedPassword', 'currentPassword', 'verificationCode'].filter((name) => name !== secret),
        proof,
      ),
    };
    const response = await send(id, body);
    expect(response.status, response.text).toBe(answer.status);
    const returns = verification === 'returnCode' ? ['details', 'emailCode', 'phoneCode'] : ['details'];
    expect(Object.keys(response.json)).toEqual(returns);
    expect(response.json.details).toEqual({
      sequence: '9',
      changeDate: expect.any(String),
      resourceOwner: ACME.id,
    });
    expect(await tessera.user(id)).toMatchObject({
      username: 'minnie-mouse',
      profile: { nickName: 'Mini', gender: 'female', preferredLanguage: 'en' },
      email: { value: 'mini@mouse.com', verified: verification === 'isVerified' },
      phone: { value: '+41791234567', verified: verification === 'isVerified' },
      password: { changeRequired: true },
    });
    await tessera.send('DELETE', `/v2/users/${id}`, { headers: ADMIN });
  });
});

it('the hash of the example is one of its own password', async () => {
  const id = await addUser(tessera, { hashedPassword: request.body.password['hashedPassword'] });
  const body = {
    password: { password: { password: 'N3wP4ssword!' }, currentPassword: request.body.password['currentPassword'] },
  };
  const response = await send(id, body);
  expect(response.status, response.text).toBe(200);
});
