import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { ADMIN, Client, codes, numbered, READER, startClient } from './support.ts';

let client: Client;
let key: string;
beforeAll(async () => {
  client = await startClient();
  key = await client.keyOf(ADMIN.username, ADMIN.password);
});
afterAll(() => client.tessera.stop());

const send = (method: string, path: string, body?: unknown) => client.call(method, path, { key, body });
async function made(path: string, body: object) {
  const response = await send('POST', path, body);
  expect(response.status).toBe(201);
  return response.json.data;
}
const pack = (change: object = {}) => made('/packages', { code: numbered('PACK'), name: 'A package', ...change });
const feature = (change: object = {}) => made('/features', { code: numbered('FEAT'), name: 'A feature', ...change });
const standard = async () => (await client.call('GET', '/packages?code=STANDARD')).json.data[0];

describe('packages', () => {
  it('are shown to everybody, whole and not by pages', async () => {
    const shown = (await client.call('GET', '/packages')).json.data;
    expect(shown).toContainEqual(
      expect.objectContaining({
        code: 'STANDARD',
        isDefault: true,
        features: [expect.objectContaining({ code: 'SEATS', quantity: 10, value: 10, unit: 'seat' })],
        prices: [expect.objectContaining({ code: 'MONTH', packageName: 'Standard', subscriptionName: 'Monthly' })],
      }),
    );
    const { id } = await standard();
    expect((await client.call('GET', `/packages/${id}`)).json.data).toEqual(await standard());
    const unknown = await client.call('GET', '/packages/nothing');
    expect([unknown.status, codes(unknown)]).toEqual([404, ['PackageNotFound']]);
  });

  it('are made with what the newest documents say, and what the older ones said', async () => {
    const body = {
      code: numbered('PACK'),
      name: 'Gold',
      imageURL: 'https://x.test/gold.png',
      patternAvatarURL: null,
      styles: '{"color":"gold"}',
      description: 'All of it',
      tags: '#Gold',
      tier: 3,
      zOrder: 7,
      isFree: true,
      isDefault: false,
      status: 'Inactive',
    };
    expect(await made('/packages', body)).toEqual({ ...body, id: expect.any(String), features: [], prices: [] });
    expect((await pack({ status: 1 })).status).toBe('Active');
    expect((await pack({ status: '0 - Inactive' })).status).toBe('Inactive');
    expect(await pack()).toMatchObject({ isFree: false, isDefault: false, status: 'Active', tier: null, zOrder: null });
  });

  it.each([
    [{}, ['CodeRequired', 'NameRequired']],
    [{ code: 'A', name: 'A', tier: '1' }, ['InvalidTier']],
    [{ code: 'A', name: 'A', tier: 1.5, isDefault: 'yes' }, ['InvalidIsDefault', 'InvalidTier']],
    [{ code: 'A', name: 'A', status: 'Gone' }, ['InvalidStatus']],
  ])('are not made of %j', async (body, expected) => {
    const response = await send('POST', '/packages', body);
    expect([response.status, codes(response).sort()]).toEqual([400, expected]);
  });

  it('are refused with what is wrong about each member', async () => {
    const body = { code: 7, name: 'A', tier: '1', isDefault: 'yes', status: 'Gone' };
    const { json } = await send('POST', '/packages', body);
    expect(json.errors.map(({ message }: { message: string }) => message).sort()).toEqual([
      'The code must be a string.',
      'The isDefault must be true or false.',
      'The status is not valid.',
      'The tier must be a whole number.',
    ]);
  });

  it('have codes that differ', async () => {
    const { code } = await pack();
    const taken = await send('POST', '/packages', { code: code.toLowerCase(), name: 'Again' });
    expect([taken.status, codes(taken)]).toEqual([409, ['PackageAlreadyExists']]);
  });

  it('are listed by what they are', async () => {
    const { id, code } = await pack({ name: 'Sought after', tags: '#rare', zOrder: 2, status: 'Inactive' });
    const { id: other } = await pack({ name: 'sought too', zOrder: 1 });
    const list = async (query: string) =>
      (await client.call('GET', `/packages?${query}`)).json.data.map((one: { id: string }) => one.id);
    expect(await list('Name=SOUGHT')).toEqual([other, id]);
    expect(await list('name=sought&sortDataField=zOrder')).toEqual([id, other]);
    expect(await list('name=sought&status=Active')).toEqual([other]);
    expect(await list('keywords=%23rare')).toEqual([id]);
    expect(await list(`code=${code}&isDefault=true`)).toEqual([]);
    expect((await client.call('GET', '/packages?isDefault=true')).json.data).toMatchObject([{ code: 'STANDARD' }]);
  });

  it('are changed and end, with their prices', async () => {
    const { id, code } = await pack({ tier: 1, tags: '#one' });
    const changed = await send('PUT', `/packages/${id}`, { code, name: 'New', tier: null });
    expect(changed.json.data).toMatchObject({ id, name: 'New', tier: null, tags: '#one' });
    const type = await made('/subscription-types', { name: 'Yearly', unit: 'Year' });
    const price = await made('/prices', {
      packageId: id,
      subscriptionTypeId: type.id,
      code: 'YEAR',
      name: 'Y',
      amount: 5.5,
      currency: 'CHF',
    });
    expect((await client.call('GET', `/packages/${id}`)).json.data.prices).toEqual([price]);
    expect((await send('DELETE', `/packages/${id}`)).json.data).toBe(true);
    expect((await client.call('GET', `/prices/${price.id}`)).status).toBe(404);
  });

  it('new users get the default one, for thirty days, and lose it when it ends', async () => {
    const before = await standard();
    const next = await pack({ isDefault: true });
    expect((await standard()).isDefault).toBe(false);
    const person = await client.member();
    const shown = (await client.get(person.id, person.key)).json.data;
    expect(shown).toMatchObject({ packageId: next.id, package: { id: next.id, code: next.code } });
    const days = (Date.parse(shown.expiryDate) - Date.parse(shown.createdDate)) / 86_400_000;
    expect(days).toBeCloseTo(30, 3);
    const renamed = numbered('PACK');
    await send('PUT', `/packages/${next.id}`, { code: renamed, name: 'Renamed' });
    expect((await client.get(person.id, person.key)).json.data.package.code).toBe(renamed);
    await send('DELETE', `/packages/${next.id}`);
    await pack({ code: next.code });
    expect((await client.get(person.id, person.key)).json.data).toMatchObject({ package: null, packageId: null });
    const { code, name } = before;
    await send('PUT', `/packages/${before.id}`, { code, name, isDefault: true });
    expect((await standard()).isDefault).toBe(true);
  });
});

describe('features', () => {
  it('are made, changed by PUT or PATCH, listed for members, and end in all packages', async () => {
    const one = await feature({ unit: 'page', defaultValue: 3, helpURL: 'https://x.test', zOrder: 4 });
    expect(one).toMatchObject({
      unit: 'page',
      defaultValue: 3,
      status: 'Active',
      parentBrandId: ACME.id,
      eventId: null,
    });
    expect((await feature()).zOrder).toBe(1);
    const put = await send('PUT', `/features/${one.id}`, { code: one.code, name: 'Put', defaultValue: null });
    expect(put.json.data).toMatchObject({ name: 'Put', defaultValue: null, unit: 'page' });
    const patched = await send('PATCH', `/features/${one.id}`, { code: one.code, name: 'Patched', status: 0 });
    expect(patched.json.data).toMatchObject({ name: 'Patched', status: 'Inactive' });
    const person = await client.member();
    const listed = await client.call('GET', `/features?code=${one.code}`, { key: person.key });
    expect(listed.json.data).toEqual([patched.json.data]);
    expect((await client.call('GET', '/features')).status).toBe(401);
    const { id } = await pack();
    await send('POST', `/packages/${id}/features`, [{ featureId: one.id, type: 'Function' }]);
    expect((await send('DELETE', `/features/${one.id}`)).json.data).toBe(true);
    expect((await client.call('GET', `/packages/${id}`)).json.data.features).toEqual([]);
    const gone = await send('GET', `/features/${one.id}`);
    expect([gone.status, codes(gone)]).toEqual([404, ['FeatureNotFound']]);
  });

  it('have codes that differ', async () => {
    const taken = await send('POST', '/features', { code: 'seats', name: 'Seats' });
    expect([taken.status, codes(taken)]).toEqual([409, ['FeatureAlreadyExists']]);
  });
});

describe('features of a package', () => {
  const featuresOf = async (id: string) => (await client.call('GET', `/packages/${id}/features`)).json.data;

  it('are added as the newest documents say, and as the older ones did', async () => {
    const [{ id }, one, two, three] = [await pack(), await feature(), await feature({ unit: 'GB' }), await feature()];
    const added = await send('POST', `/packages/${id}/features`, [
      { featureId: one.id, type: 'Limitation', title: 'One', value: 5, resetPolicy: 'Custom', customIntervalDays: 10 },
      { featureId: two.id, title: 'Two', unit: 'MB', quantity: 7, isUnlimited: false },
      { featureId: three.id },
    ]);
    expect(added.json.data).toBe(true);
    expect(await featuresOf(id)).toMatchObject([
      {
        id: one.id,
        title: 'One',
        type: 'Limitation',
        value: 5,
        quantity: 5,
        resetPolicy: 'Custom',
        customIntervalDays: 10,
      },
      { id: two.id, type: 'Limitation', unit: 'MB', value: 7, resetPolicy: 'Lifetime', customIntervalDays: null },
      { id: three.id, type: 'Function', value: null },
    ]);
    expect((await send('GET', `/features/${one.id}/packages`)).json.data).toMatchObject([{ id }]);
  });

  it('are changed one by one, and taken away', async () => {
    const [{ id }, one, two] = [await pack(), await feature(), await feature()];
    const both = [one, two].map((entry) => ({ featureId: entry.id, type: 'Limitation', value: 1 }));
    await send('POST', `/packages/${id}/features`, both);
    const changed = await send('PUT', `/packages/${id}/features/${one.id}`, {
      type: 'Limitation',
      value: 9,
      resetPolicy: 'Daily',
    });
    expect(changed.json.data).toBe(true);
    expect(await featuresOf(id)).toMatchObject([
      { id: one.id, value: 9, resetPolicy: 'Daily' },
      { id: two.id, value: 1 },
    ]);
    expect((await send('DELETE', `/packages/${id}/features?featureIds%5B0%5D=${one.id}`)).json.data).toBe(true);
    expect(await featuresOf(id)).toMatchObject([{ id: two.id }]);
    const missing = await send('PUT', `/packages/${id}/features/${one.id}`, { type: 'Function' });
    expect([missing.status, codes(missing)]).toEqual([404, ['FeatureNotFound']]);
  });

  it('are added to many packages at once, and taken from them', async () => {
    const [one, a, b] = [await feature(), await pack(), await pack()];
    const body = [a, b].map(({ id }, value) => ({ packageId: id, type: 'Limitation', value }));
    expect((await send('POST', `/features/${one.id}/packages`, body)).json.data).toBe(true);
    expect([...(await featuresOf(a.id)), ...(await featuresOf(b.id))]).toMatchObject([{ value: 0 }, { value: 1 }]);
    await send('DELETE', `/features/${one.id}/packages`, { packageIds: [a.id] });
    expect((await send('GET', `/features/${one.id}/packages`)).json.data).toMatchObject([{ id: b.id }]);
  });

  it('are added all or none', async () => {
    const [{ id }, one] = [await pack(), await feature()];
    const unknown = await send('POST', `/packages/${id}/features`, [
      { featureId: one.id, type: 'Function' },
      { featureId: 'nothing', type: 'Function' },
    ]);
    expect([unknown.status, codes(unknown)]).toEqual([404, ['FeatureNotFound']]);
    expect(await featuresOf(id)).toEqual([]);
  });

  it.each([
    [[{ type: 'Function' }], ['InvalidFeatureId']],
    [[{ featureId: 'SEATS', type: 'Other', value: 'many' }], ['InvalidType', 'InvalidValue']],
    [[{ featureId: 'SEATS', type: 'Limitation', value: -1 }], ['InvalidValue']],
    [[], ['InvalidBody']],
    [{ featureId: 'SEATS' }, ['InvalidBody']],
  ])('are not added as %j', async (body, expected) => {
    const { id } = await standard();
    const response = await send('POST', `/packages/${id}/features`, body);
    expect([response.status, codes(response).sort()]).toEqual([400, expected]);
  });

  it.each([
    [{ resetPolicy: 'Custom' }],
    [{ resetPolicy: 'Daily', customIntervalDays: 3 }],
    [{ customIntervalDays: 3 }],
  ])('have days between resets with the policy Custom, and only then (%j)', async (change) => {
    const [{ id }, one] = [await pack(), await feature()];
    const response = await send('POST', `/packages/${id}/features`, [
      { featureId: one.id, type: 'Limitation', ...change },
    ]);
    expect([response.status, codes(response)]).toEqual([400, ['InvalidCustomIntervalDays']]);
  });
});

describe('prices and subscription types', () => {
  const type = (change: object = {}) => made('/subscription-types', { name: 'Monthly', unit: 'Month', ...change });

  it('belong together', async () => {
    const [{ id: packageId, name: packageName }, month] = [await pack(), await type({ quantity: 1, isDefault: true })];
    const body = { packageId, subscriptionTypeId: month.id, code: 'M', name: 'M', amount: 9.95, currency: 'EUR' };
    const price = await made('/prices', { ...body, checkoutLink: 'https://pay.test', zOrder: 2 });
    expect(price).toMatchObject({ ...body, packageName, subscriptionName: 'Monthly', zOrder: 2, tags: null });
    expect((await client.call('GET', `/packages/${packageId}/prices`)).json.data).toEqual([price]);
    expect((await client.call('GET', `/subscription-types/${month.id}/prices`)).json.data).toEqual([price]);
    expect((await client.call('GET', `/prices?packageId=${packageId}`)).json.data).toEqual([price]);
    const taken = await send('POST', '/prices', { ...body, code: 'm' });
    expect([taken.status, codes(taken)]).toEqual([409, ['PriceAlreadyExists']]);
    const used = await send('DELETE', `/subscription-types/${month.id}`);
    expect([used.status, codes(used)]).toEqual([409, ['SubscriptionTypeInUse']]);
    const changed = await send('PUT', `/prices/${price.id}`, { ...body, amount: 12 });
    expect(changed.json.data).toMatchObject({ amount: 12, zOrder: 2 });
    await send('PUT', `/subscription-types/${month.id}`, { name: 'By month', unit: 'Month' });
    expect((await client.call('GET', `/prices/${price.id}`)).json.data.subscriptionName).toBe('By month');
    expect((await send('DELETE', `/prices/${price.id}`)).json.data).toBe(true);
    expect((await send('DELETE', `/subscription-types/${month.id}`)).json.data).toBe(true);
    expect((await client.call('GET', `/subscription-types/${month.id}`)).status).toBe(404);
  });

  it('a default subscription type is the only one', async () => {
    const [one, two] = [await type({ isDefault: true }), await type({ isDefault: true })];
    const shown = (await client.call('GET', '/subscription-types?isDefault=true')).json.data;
    expect(shown).toEqual([two]);
    expect((await client.call('GET', `/subscription-types/${one.id}`)).json.data.isDefault).toBe(false);
  });

  it('are refused with one error for each bad member', async () => {
    const [{ id: packageId }, { id: subscriptionTypeId }] = [await pack(), await type()];
    const body = { packageId, subscriptionTypeId, code: 'X', name: 'X', amount: -1, currency: 'euro' };
    const values = await send('POST', '/prices', body);
    expect([values.status, codes(values)]).toEqual([400, ['InvalidAmount', 'InvalidCurrency']]);
    const missing = await send('POST', '/prices', { name: 'X', amount: 'much' });
    expect(codes(missing).sort()).toEqual([
      'CodeRequired',
      'CurrencyRequired',
      'InvalidAmount',
      'PackageIdRequired',
      'SubscriptionTypeIdRequired',
    ]);
    const good = { ...body, amount: 1, currency: 'EUR' };
    const noPackage = await send('POST', '/prices', { ...good, packageId: 'nothing' });
    expect([noPackage.status, codes(noPackage)]).toEqual([404, ['PackageNotFound']]);
    const noType = await send('POST', '/prices', { ...good, subscriptionTypeId: 'nothing' });
    expect([noType.status, codes(noType)]).toEqual([404, ['SubscriptionTypeNotFound']]);
    const unit = await send('POST', '/subscription-types', { name: 'X', unit: 'Fortnight' });
    expect([unit.status, codes(unit)]).toEqual([400, ['InvalidUnit']]);
  });
});

describe('checkout', () => {
  it('answers that no payment provider is configured, for what there is', async () => {
    const { id, prices } = await standard();
    const body = { priceId: prices[0].id };
    const { key: own } = await client.member();
    const paths: [string, object | undefined][] = [
      [`/packages/${id}/calculate-total-price-checkout`, body],
      [`/packages/${id}/upgrade/checkout`, body],
      [`/prices/${prices[0].id}/generate-checkout-link?appIntegrationId=1`, undefined],
    ];
    for (const [path, sent] of paths) {
      const response = await client.call('POST', path, { key: own, body: sent });
      expect([response.status, codes(response)]).toEqual([409, ['BrandNotConfiguredApp']]);
      expect((await client.call('POST', path, { body: sent })).status).toBe(401);
      if (sent !== undefined) expect((await client.call('POST', path, { key: own, body: {} })).status).toBe(400);
      const unknown = path.replace(/\/(packages|prices)\/[^/?]+/, '/$1/nothing');
      expect((await client.call('POST', unknown, { key: own, body: sent })).status).toBe(404);
    }
  });
});

describe('who may change packages', () => {
  it('needs PACKAGE permissions, in the brand', async () => {
    const { id, code } = await pack();
    const one = await feature();
    const attempts: [string, string, string, unknown?][] = [
      ['PACKAGE.CREATE', 'POST', '/packages', { code: numbered('PACK'), name: 'P' }],
      ['PACKAGE.CREATE', 'POST', '/features', { code: numbered('FEAT'), name: 'F' }],
      ['PACKAGE.CREATE', 'POST', '/subscription-types', { name: 'S', unit: 'Day' }],
      ['PACKAGE.UPDATE', 'PUT', `/packages/${id}`, { code, name: 'P' }],
      ['PACKAGE.UPDATE', 'POST', `/packages/${id}/features`, [{ featureId: one.id, type: 'Function' }]],
      ['PACKAGE.UPDATE', 'PUT', `/packages/${id}/features/${one.id}`, { type: 'Function' }],
      ['PACKAGE.UPDATE', 'DELETE', `/packages/${id}/features?featureIds=${one.id}`],
      ['PACKAGE.DELETE', 'DELETE', `/packages/${id}`],
    ];
    const reader = await client.keyOf(READER.username, READER.password);
    for (const [permission, method, path, body] of attempts) {
      expect((await client.call(method, path, { body })).status).toBe(401);
      expect((await client.call(method, path, { body, key: reader })).status).toBe(403);
      const person = await client.member();
      const role = await made('/roles', { code: numbered('ROLE'), name: permission });
      const [{ id: permissionId }] = (await send('GET', `/permissions?code=${permission}`)).json.data.items;
      await send('POST', `/roles/${role.id}/permissions`, { permissionIds: [permissionId] });
      await send('POST', `/roles/${role.id}/users`, { userIds: [person.id] });
      const allowed = await client.call(method, path, { body, key: person.key });
      expect([permission, path, allowed.status]).toEqual([permission, path, /^\/[a-z-]+$/.test(path) ? 201 : 200]);
    }
  });

  it('is nobody of another brand', async () => {
    const { id } = await standard();
    const globex = new Client(client.tessera, GLOBEX.brandUrl);
    const foreign = await globex.keyOf('globex.admin', GLOBEX.adminPassword);
    expect((await globex.call('GET', `/packages/${id}`)).status).toBe(404);
    expect((await globex.call('DELETE', `/packages/${id}`, { key: foreign })).status).toBe(404);
    expect((await standard()).id).toBe(id);
  });
});
