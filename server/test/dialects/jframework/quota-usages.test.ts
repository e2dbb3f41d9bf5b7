import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, type Client, codes, EDITOR, type Member, numbered, READER, startClient } from './support.ts';

const DAY = 24 * 60 * 60 * 1000;

let now = Date.UTC(2026, 8, 16, 12);
let client: Client;
let key: string;
beforeAll(async () => {
  client = await startClient({ clock: () => now });
  key = await client.keyOf(ADMIN.username, ADMIN.password);
});
afterAll(() => client.tessera.stop());

const send = (method: string, path: string, body?: unknown) => client.call(method, path, { key, body });

/** A feature in the package that new users get. */
async function feature(held: object): Promise<string> {
  const code = numbered('FEAT');
  const { id } = (await send('POST', '/features', { code, name: 'F' })).json.data;
  const [pack] = (await client.call('GET', '/packages?isDefault=true')).json.data;
  expect((await send('POST', `/packages/${pack.id}/features`, [{ featureId: id, ...held }])).status).toBe(200);
  return code;
}
const consume = (who: Member, featureCode: string, body: object = {}, headers = {}) =>
  client.call('POST', '/quota-usages/consume', { key: who.key, body: { featureCode, ...body }, headers });
const usageOf = async (who: Member, code: string) =>
  (await client.call('GET', '/quota-usages', { key: who.key })).json.data.find(
    (usage: { feature: { code: string } }) => usage.feature.code === code,
  );

describe('POST /quota-usages/consume', () => {
  it('counts what is used, as a change that readers do not see', async () => {
    const code = await feature({ type: 'Limitation', value: 10, resetPolicy: 'Monthly', title: 'F' });
    const person = await client.member();
    const { version } = await client.tessera.user(person.id);
    const body = { amount: 7, resource: 'r', source: null, metadata: { any: 'thing' } };
    const response = await consume(person, code.toLowerCase(), body);
    expect(response.status).toBe(200);
    expect(response.json.data).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{18}$/),
      feature: expect.objectContaining({ code, value: 10, resetPolicy: 'Monthly' }),
      usedAmount: 7,
      limitAmount: 10,
      remainingAmount: 3,
      isUnlimited: false,
      periodKey: '202609',
      periodStartDate: '2026-09-01T00:00:00.000Z',
      periodEndDate: '2026-10-01T00:00:00.000Z',
      status: 'Normal',
      modifiedDate: new Date(now).toISOString(),
    });
    expect(response.headers.get('etag')).toBe(`"${version}"`);
    expect((await consume(person, code)).json.data).toMatchObject({ usedAmount: 8, status: 'Warning' });
    expect((await consume(person, code, { amount: 2 })).json.data).toMatchObject({
      usedAmount: 10,
      remainingAmount: 0,
      status: 'Exceeded',
    });
    expect((await client.gained(person.id, 2)).map(([type]) => type)).toEqual(Array(3).fill('user.quota_consumed'));
    expect(await usageOf(person, code)).toMatchObject({ usedAmount: 10 });
  });

  it('refuses what would be too much, whole, and leaves nothing behind', async () => {
    const code = await feature({ type: 'Limitation', value: 3 });
    const person = await client.member();
    await consume(person, code, { amount: 2 });
    const before = await client.tessera.events(person.id);
    const refused = await consume(person, code, { amount: 2 });
    expect([refused.status, codes(refused)]).toEqual([403, ['QuotaExceeded']]);
    expect(await client.tessera.events(person.id)).toEqual(before);
    expect((await consume(person, code)).status).toBe(200);
  });

  it('lets exactly the limit pass, however many ask at once', async () => {
    const code = await feature({ type: 'Limitation', value: 50 });
    const person = await client.member();
    const all = await Promise.all(Array.from({ length: 200 }, () => consume(person, code)));
    const statuses = all.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(50);
    expect(statuses.filter((status) => status === 403)).toHaveLength(150);
    const used = all.filter(({ status }) => status === 200).map(({ json }) => json.data.usedAmount);
    expect(used.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
    expect(await usageOf(person, code)).toMatchObject({ usedAmount: 50, remainingAmount: 0 });
  });

  it('is done once for one key', async () => {
    const code = await feature({ type: 'Limitation', value: 5 });
    const person = await client.member();
    const headers = { 'idempotency-key': 'one-use' };
    const first = await consume(person, code, {}, headers);
    const again = await consume(person, code, {}, headers);
    expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([first.text, 'true']);
    expect((await consume(person, code, { amount: 2 }, headers)).status).toBe(422);
    expect(await usageOf(person, code)).toMatchObject({ usedAmount: 1 });
    expect((await consume(person, code, {}, { 'if-match': '"999"' })).status).toBe(412);
  });

  it.each([
    [{ value: 9, isUnlimited: true, type: 'Limitation' }, null],
    [{ type: 'Function' }, null],
    [{ type: 'Limitation' }, 0],
  ])('with %j has the limit %s', async (held, limitAmount) => {
    const code = await feature(held);
    const person = await client.member();
    expect(await usageOf(person, code)).toMatchObject({ limitAmount, isUnlimited: limitAmount === null });
    expect((await consume(person, code, { amount: 100 })).status).toBe(limitAmount === null ? 200 : 403);
  });

  it.each([
    [{}, ['FeatureCodeRequired']],
    [{ featureCode: 'SEATS', amount: 0 }, ['InvalidAmount']],
    [{ featureCode: 'SEATS', amount: -1 }, ['InvalidAmount']],
    [{ featureCode: 'SEATS', amount: 1.5 }, ['InvalidAmount']],
    [{ featureCode: 7, userId: 8 }, ['InvalidFeatureCode', 'InvalidUserId']],
  ])('refuses %j', async (body, expected) => {
    const response = await client.call('POST', '/quota-usages/consume', { key, body });
    expect([response.status, codes(response).sort()]).toEqual([400, expected]);
  });

  it('refuses a feature that the package does not contain', async () => {
    const person = await client.member();
    const response = await consume(person, 'NOTHING');
    expect([response.status, codes(response)]).toEqual([403, ['FeatureNotAvailable']]);
  });

  it('of others is for those who may change them', async () => {
    const code = await feature({ type: 'Limitation', value: 5 });
    const [person, other] = [await client.member(), await client.member()];
    const as = async (who: { username: string; password: string }) => client.keyOf(who.username, who.password);
    const body = { featureCode: code, userId: person.id };
    const attempt = (by?: string) => client.call('POST', '/quota-usages/consume', { ...(by && { key: by }), body });
    expect((await attempt()).status).toBe(401);
    expect((await attempt(other.key)).status).toBe(403);
    expect((await attempt(await as(READER))).status).toBe(403);
    expect((await attempt(await as(EDITOR))).status).toBe(200);
    expect((await attempt(key)).json.data.usedAmount).toBe(2);
    const unknown = { featureCode: code, userId: '999999999999999999' };
    const missing = await client.call('POST', '/quota-usages/consume', { key, body: unknown });
    expect([missing.status, codes(missing)]).toEqual([404, ['UserNotFound']]);
  });
});

it('the count begins anew with its time, and not before', async () => {
  const policies = [
    ['Daily', 1],
    ['Weekly', 7],
    ['Custom', 3],
    ['Lifetime', 20],
  ] as const;
  const codesByPolicy = [];
  for (const [resetPolicy] of policies) {
    const custom = resetPolicy === 'Custom' ? { customIntervalDays: 3 } : {};
    codesByPolicy.push(await feature({ type: 'Limitation', value: 1, resetPolicy, ...custom }));
  }
  now = Date.UTC(2026, 8, 21, 0, 0, 1);
  const person = await client.member();
  const begun = now;
  for (const code of codesByPolicy) expect((await consume(person, code)).status).toBe(200);
  for (const [index, [policy, days]] of policies.entries()) {
    const code = codesByPolicy[index] ?? '';
    now = begun + days * DAY - 2000;
    expect([policy, (await consume(person, code)).status]).toEqual([policy, 403]);
    now = begun + days * DAY;
    const later = policy === 'Lifetime' ? 403 : 200;
    expect([policy, (await consume(person, code)).status]).toEqual([policy, later]);
  }
  now = begun;
});

it('an expired package allows nothing more', async () => {
  const code = await feature({ type: 'Limitation', value: 5 });
  const person = await client.member();
  const { packageExpiresAt } = (await client.tessera.user(person.id)).membership;
  const begun = now;
  now = (packageExpiresAt ?? 0) - 1;
  const fresh = await client.keyOf(person.username, person.password);
  expect((await consume({ ...person, key: fresh }, code)).status).toBe(200);
  now += 1;
  const refused = await consume({ ...person, key: fresh }, code);
  expect([refused.status, codes(refused)]).toEqual([403, ['PackageExpired']]);
  now = begun;
});

it('a limit that is changed counts for the very next use', async () => {
  const code = await feature({ type: 'Limitation', value: 1 });
  const person = await client.member();
  await consume(person, code);
  const [pack] = (await client.call('GET', '/packages?isDefault=true')).json.data;
  const { id } = pack.features.find((one: { code: string }) => one.code === code);
  await send('PUT', `/packages/${pack.id}/features/${id}`, { type: 'Limitation', value: 2 });
  expect((await consume(person, code)).json.data).toMatchObject({ usedAmount: 2, limitAmount: 2 });
});
