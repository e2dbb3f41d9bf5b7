import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startTessera } from '../../support/tessera.ts';
import { clientOf, fresh } from './support.ts';

const text = readFileSync(new URL('../../fixtures/examples/avibra.json', import.meta.url), 'utf8');

it("given the example of the vendor's page, when it is sent as it stands, then it is answered as documented", async () => {
  const t = await startTessera();
  const client = await clientOf(t);
  const userid = await client.create();
  const values = { key: fresh(), apiKey: 'avibra-key', token: client.token, userid, partnername: 'acme' };
  const filled = Object.entries(values).reduce((all, [name, value]) => all.replaceAll(`{${name}}`, value), text);
  const { request, answer } = JSON.parse(filled);

  const headers = Object.fromEntries(
    Object.entries<string>(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const response = await t.send(request.method, request.path, { headers, body: request.body });

  expect(response.status).toBe(answer.status);
  expect(response.json).toEqual(answer.body);
  const user = await client.user(userid);
  expect(user.profile).toMatchObject({ givenName: 'jane', familyName: 'doe' });
  expect(user.email.value).toBe('example@email.com');
  expect(user.phone.value).toBe('+17326426722');
  await t.stop();
});
