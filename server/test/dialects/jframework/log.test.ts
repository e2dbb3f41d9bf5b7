import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../../../src/logger.ts';
import { type Client, startClient } from './support.ts';

const lines: string[] = [];
let client: Client;
beforeAll(async () => {
  client = await startClient({ logger: createLogger({ level: 'info' }, { write: (line) => lines.push(line) }) });
});
afterAll(() => client.tessera.stop());

it('the log knows the correlation id of an error', async () => {
  const { correlationId } = (await client.call('GET', '/users/me')).json.errors[0];
  const found = lines.map((line) => JSON.parse(line)).filter(({ requestId }) => requestId === correlationId);
  expect(found).toMatchObject([{ dialect: 'jframework', route: '/api/v1/users/me', status: 401 }]);
});

it('the log holds neither keys nor passwords nor personal data', async () => {
  lines.length = 0;
  const person = await client.member({ firstName: 'Personal', phoneNumber: '+41790000060' });
  await client.put(person, { username: person.username, emailAddress: 'other.person@example.com', bio: 'Private' });
  await client.signIn(person.username, 'wrong password');
  await client.call('POST', '/users/auth/refresh-auth-key', { body: { refreshAuthKey: person.refreshKey } });
  const log = lines.join('');
  expect(lines).toHaveLength(5);
  const secrets = [person.key, person.refreshKey, person.password, 'wrong password'];
  const personal = [person.username, person.emailAddress, person.id, 'Personal', 'Private', '+41790000060'];
  for (const text of [...secrets, ...personal, 'other.person@example.com']) expect(log).not.toContain(text);
});
