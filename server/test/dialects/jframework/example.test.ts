import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, expectEnvelope, type Member, startClient } from './support.ts';

const example = JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/examples/jframework.json'), 'utf8'));

let client: Client;
let member: Member;
beforeAll(async () => {
  client = await startClient();
  member = await client.member();
});
afterAll(() => client.tessera.stop());

/** Names of all members, however deep; those of the first entry stand for a list. */
function memberNames(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : memberNames(value[0], `${path}[]`);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    `${path}.${name}`,
    ...memberNames(inner, `${path}.${name}`),
  ]);
}

it('answers the example of the update as documented', async () => {
  const { method, path, headers, body } = example.request;
  const fill = (text: string) =>
    text.replace('{id}', member.id).replace('{brandUrl}', client.brand).replace('{authKey}', member.key);
  const response = await client.tessera.send(method, fill(path), {
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), fill(String(value))]),
    ),
    body,
  });

  expect(response.status).toBe(example.answer.status);
  expectEnvelope(method, fill(path).replace('/api/v1', ''), response);
  expect(response.json).toMatchObject(example.answer.envelope);
  const { phoneNumber1: _ignored, ...shown } = body;
  expect(response.json.data).toMatchObject(shown);
});

it('shows every member of the documented user', async () => {
  const inviter = await client.get(member.id, member.key);
  const invited = await client.member({ referralCode: inviter.json.data.referralCode });
  const admin = await client.keyOf('acme.admin', 'Acme-pass-1!');
  const user = (await client.get(invited.id, invited.key)).json.data;
  const holder = (await client.call('GET', '/users/me', { key: admin })).json.data;

  const shown = new Set([...memberNames(user), ...memberNames(holder)]);
  const documented = memberNames(example.answer.dataExample);
  expect(documented.length).toBeGreaterThan(80);
  expect(documented.filter((name) => !shown.has(name))).toEqual([]);
});
