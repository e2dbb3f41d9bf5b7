import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { clientOf, fresh, freshPhone } from './support.ts';

const example = JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/examples/ownli.json'), 'utf8'));

let t: Tessera;
beforeAll(async () => {
  t = await startTessera();
});
afterAll(() => t.stop());

/** A value for each documented member of the request. */
const VALUES: Readonly<Record<string, unknown>> = {
  firstName: 'Ada',
  lastName: 'Byron',
  email: `ada${fresh()}@mail.test`,
  isEmailVerified: true,
  phone: freshPhone(),
  isPhoneVerified: false,
  customField1: 'one',
  customField2: 'two',
  customField3: 'three',
  customField4: 'four',
  customField5: 'five',
  addressLine1: '2 Side St',
  addressLine2: 'Apt 3',
  city: 'Boise',
  state: 'ID',
  country: 'US',
  zip: '83702',
};

type Names = readonly (string | Readonly<Record<string, readonly string[]>>)[];

function filled(names: Names): Record<string, unknown> {
  return Object.fromEntries(
    names.flatMap((name) =>
      typeof name === 'string'
        ? [[name, VALUES[name]]]
        : Object.entries(name).map(([outer, inner]) => [outer, filled(inner)]),
    ),
  );
}

/** The names of all members in order, nested ones as in the example. */
function namesOf(value: object): unknown[] {
  return Object.entries(value).map(([name, inner]) =>
    typeof inner === 'object' && inner !== null ? { [name]: Object.keys(inner) } : name,
  );
}

it('answers the example of the update as documented', async () => {
  const client = await clientOf(t);
  const user = await client.create();
  const granted = await t.send('POST', '/api/auth/token', { body: ACME.ownli });
  const { method, path, headers, bodyMembers } = example.request;
  const body = filled(bodyMembers);

  const response = await t.send(method, path.replace('{userId}', user.id), {
    headers: {
      'content-type': headers['Content-Type'],
      authorization: headers.Authorization.replace('{adminToken}', granted.json.access_token),
    },
    body,
  });

  expect(response.status).toBe(example.answer.status);
  expect(namesOf(response.json)).toEqual(example.answer.bodyMembers);
  const { isEmailVerified, isPhoneVerified, ...shown } = body;
  expect(response.json).toMatchObject({ ...shown, emailVerified: isEmailVerified, phoneVerified: isPhoneVerified });
  expect(example.answer.tosAnswer).toContain(response.json.tosAnswer);
});

it('answers each documented error with a documented code and members', async () => {
  const client = await clientOf(t);
  const [user, other] = [await client.create(), await client.create()];
  const answers = [
    await client.put(user.id, { address: { state: 'XX' } }),
    await client.put(user.id, { firstName: '' }),
    await client.put('1', {}),
    await client.put(user.id, { phone: other.phone }),
  ];
  for (const { status, json } of answers) {
    expect(example.errors[status]).toContain(json.error_code);
    expect(Object.keys(json)).toEqual(example.errors.bodyMembers);
  }
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 404, 409]);
});
