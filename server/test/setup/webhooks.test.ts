import { afterEach, describe, expect, it } from 'vitest';
import { TELLING_EVENTS } from '../../src/api/avibra/section.ts';
import { loadDirectory } from '../../src/app/directory.ts';
import { SUBSCRIBABLE } from '../../src/core/user/events.ts';
import { ACME, type TestSetup, testSetup } from '../support/setup.ts';
import { Instance } from './instance.ts';

let instance: Instance;
afterEach(() => instance.destroy());

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const CRM = { name: 'crm', url: 'https://crm.test/hook', events: ['*'], secret: SECRET } as const;
const BILLING = {
  ...CRM,
  name: 'billing',
  events: ['user.created', 'user.deleted'],
  allowPrivateAddresses: true,
} as const;
const PARTNER_HOOK = { url: 'http://127.0.0.1:9999/hook', events: ['enrollment_successful'] } as const;

type Entry = NonNullable<TestSetup['organizations'][0]['webhooks']>[number];
type PartnerHook = NonNullable<NonNullable<TestSetup['organizations'][0]['avibra']>['webhook']>;
const mutable = <T>(value: object) => structuredClone(value) as T;

const setupWith = (webhooks: readonly object[], partnerHook?: object) =>
  testSetup(({ organizations: [acme] }) => {
    acme.webhooks = webhooks.map(mutable<Entry>);
    if (partnerHook !== undefined && acme.avibra) acme.avibra.webhook = mutable<PartnerHook>(partnerHook);
  });
const acme = async () => (await loadDirectory(instance.store)).organization(ACME.id);

describe('webhooks of the setup file', () => {
  it('are subscriptions of the organization, and settings with sealed secrets', async () => {
    instance = new Instance();
    await instance.start(setupWith([CRM, BILLING], { ...PARTNER_HOOK, username: 'hook', password: 'hook-secret' }));
    const organization = await acme();
    expect(organization?.subscriptions).toEqual([
      { receiver: `webhook:${ACME.id}:crm`, events: SUBSCRIBABLE },
      { receiver: `webhook:${ACME.id}:billing`, events: ['user.created', 'user.deleted'] },
      { receiver: `avibra:${ACME.id}`, events: TELLING_EVENTS },
    ]);
    expect(organization?.sections.webhooks).toEqual([
      { name: 'crm', url: CRM.url, sealedSecret: expect.any(String), allowPrivateAddresses: false },
      { name: 'billing', url: CRM.url, sealedSecret: expect.any(String), allowPrivateAddresses: true },
    ]);
    expect(organization?.sections.avibra).toMatchObject({ webhook: { ...PARTNER_HOOK, allowPrivateAddresses: false } });
    const stored = JSON.stringify(await instance.store.configuration());
    for (const secret of [SECRET, SECRET.slice(6), 'hook-secret']) expect(stored).not.toContain(secret);
  });

  it('change nothing when they are as before, and are as the file says when it changes', async () => {
    instance = new Instance();
    await instance.start(setupWith([CRM, BILLING]));
    const { revision } = await instance.store.configuration();
    const before = await acme();
    await instance.start(setupWith([CRM, BILLING]));
    expect((await instance.store.configuration()).revision).toBe(revision);
    await instance.start(setupWith([{ ...CRM, url: 'https://crm.test/new' }]));
    expect((await acme())?.subscriptions).toEqual(before?.subscriptions?.slice(0, 1));
    const [sealed] = (before?.sections.webhooks ?? []) as { sealedSecret: string }[];
    expect((await acme())?.sections.webhooks).toEqual([
      { name: 'crm', url: 'https://crm.test/new', sealedSecret: sealed?.sealedSecret, allowPrivateAddresses: false },
    ]);
  });

  it('go with the last of them, and with the organization', async () => {
    instance = new Instance();
    await instance.start(setupWith([CRM], PARTNER_HOOK));
    await instance.start(setupWith([]));
    expect(await acme()).not.toHaveProperty('subscriptions');
    expect((await acme())?.sections).not.toHaveProperty('webhooks');
    await instance.start(setupWith([CRM], PARTNER_HOOK));
    const { instance: whole, organizations } = testSetup();
    await instance.start({ instance: whole, organizations: [organizations[1], ...organizations.slice(2)] as never });
    expect(await acme()).not.toHaveProperty('subscriptions');
    expect((await acme())?.sections).not.toHaveProperty('webhooks');
  });
});
