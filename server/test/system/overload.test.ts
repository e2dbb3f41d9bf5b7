import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ACME } from '../support/setup.ts';
import { Folders, type ServerProcess, startProcess, stopProcess } from './process.ts';

const folders = new Folders();
let server: ServerProcess;
beforeAll(async () => {
  server = await startProcess((await folders.prepared()).args, { TESSERA_LOG_LEVEL: 'warn' });
});
afterAll(async () => {
  await stopProcess(server);
  await folders.remove();
});

const SIGN_INS = 1000;

it('given 1,000 sign-ins at once, when other calls come, then they are answered, and the excess is told to come back', async () => {
  // Given
  const token = await server.send('POST', '/api/auth/token', { body: { ...ACME.ownli, scope: 'admin' } });
  const ownli = { authorization: `Bearer ${token.json.access_token}` };
  const { json } = await server.send('POST', '/api/users', {
    headers: ownli,
    body: { firstName: 'A', lastName: 'B', email: 'a@b.test', phone: '+12125550100', address: { state: 'IL' } },
  });
  const known = { username: 'acme.admin', password: ACME.adminPassword };
  const signIn = (index: number) =>
    server.send('POST', '/api/v1/users/auth', {
      headers: { 'brand-url': ACME.brandUrl },
      // Known people, unknown people, and wrong passwords cost the same.
      body: [known, { ...known, username: `nobody${index}` }, { ...known, username: 'viewer', password: 'no' }][
        index % 3
      ],
    });
  // When
  let finished = false;
  const flood = Promise.all(Array.from({ length: SIGN_INS }, (_, index) => signIn(index))).finally(() => {
    finished = true;
  });
  const others: { readonly status: number; readonly ms: number }[] = [];
  for (let round = 0; !finished; round += 1) {
    const startedAt = performance.now();
    const { status } = await server.send('PUT', `/api/users/${json.id}`, {
      headers: ownli,
      body: { customField1: `round ${round}` },
    });
    others.push({ status, ms: performance.now() - startedAt });
    await sleep(5);
  }
  const answers = await flood;
  // Then
  const statuses = new Map<number, number>();
  for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  expect([...statuses.keys()].filter((status) => status >= 500 && status !== 503)).toEqual([]);
  expect(statuses.get(200)).toBeGreaterThan(0);
  const refused = answers.filter(({ status }) => status === 429 || status === 503);
  expect(refused.length).toBeGreaterThan(100);
  for (const { headers, json: body } of refused) {
    expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(body).toMatchObject({ success: false, data: null });
  }
  expect(others.length).toBeGreaterThan(3);
  expect(others.filter(({ status }) => status !== 200)).toEqual([]);
  expect(Math.max(...others.map(({ ms }) => ms))).toBeLessThan(3000);
  // Afterwards nothing is left over.
  expect((await signIn(0)).status).toBe(200);
  expect((await server.send('GET', '/readyz')).status).toBe(200);
});
