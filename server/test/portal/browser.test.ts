import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { User } from '../../src/core/user/user.ts';
import { FIELD_NAMES, type FieldName } from '../../src/portal/form.ts';
import { type Client, clientOf, freshPhone } from '../dialects/avibra/support.ts';
import { write } from '../dialects/zitadel/support.ts';
import { startBrowser, type Watched, watch } from '../support/browser.ts';
import { dialectClients } from '../support/clients.ts';
import { testSetup } from '../support/setup.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';
import { PAYLOADS } from './payloads.ts';
import { tokenFor } from './support.ts';

const ORGANIZATION = `Acme ${PAYLOADS[0]}`;

let t: Tessera;
let client: Client;
let browser: Browser;
let partner: Server;
beforeAll(async () => {
  const setup = testSetup(({ organizations: [acme] }) => {
    acme.name = ORGANIZATION;
  });
  t = await startTessera(setup);
  client = await clientOf(t);
  browser = await startBrowser();
  // The partner's own page with the link: another host, so another site.
  partner = createServer((request, response) => {
    const token = new URL(request.url ?? '', 'http://partner').searchParams.get('token');
    const link = `<a href="${t.url}/portal?linktoken=${token}">My details</a>`;
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<link rel=icon href="data:,">${link}`);
  });
  await new Promise<void>((resolve) => partner.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await browser.close();
  partner.close();
  await t.stop();
});

/** Comes from the partner's page to the details of a user. */
async function arrive(userid: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const watched = await watch(await browser.newContext({ locale: 'en-US', ...options }), t.url);
  const { page } = watched;
  const token = await tokenFor(t, userid);
  await page.goto(`http://localhost:${(partner.address() as AddressInfo).port}/?token=${token}`);
  watched.clear();
  await page.getByText('My details').click();
  await page.waitForURL(`${t.url}/portal`);
  return watched;
}

async function press(page: Page, name: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name }).click()]);
}

describe.each<[string, BrowserContextOptions]>([
  ['with scripts', {}],
  ['without scripts, on a phone', { javaScriptEnabled: false, viewport: { width: 360, height: 740 }, hasTouch: true }],
])('a user comes from the partner %s', (_how, options) => {
  it('given a link, when the phone is changed, then every API shows it, and reloading sends nothing again', async () => {
    const userid = await client.create({ firstname: 'Jo' });
    const { id } = await client.user(userid);
    const { page, incidents } = await arrive(userid, options);
    const phone = freshPhone();
    const before = (await t.events(id)).length;

    expect(await page.getByLabel('First name').inputValue()).toBe('Jo');
    await page.getByLabel('Phone number').fill(`(${phone.slice(0, 3)}) ${phone.slice(3)}`);
    await press(page, 'Save');

    expect(page.url()).toBe(`${t.url}/portal?done=saved`);
    expect(await page.getByRole('status').innerText()).toBe('Your details have been saved.');
    expect(await page.getByLabel('Phone number').inputValue()).toBe(`+1${phone}`);
    await page.reload();
    expect((await t.events(id)).slice(before).map(({ type }) => type)).toEqual(['user.phone_changed']);
    const dialects = await dialectClients(t);
    for (const { read } of [dialects.zitadel, dialects.jframework, dialects.ownli]) {
      expect((await read?.(id))?.person?.phone).toBe(`+1${phone}`);
    }
    // Avibra shows no number, but takes this one for the user's own: nothing is left to change.
    expect((await dialects.avibra.update(id, { phone: `+1${phone}` })).status).toBe(200);
    expect(await t.events(id)).toHaveLength(before + 1);
    expect(incidents).toEqual([]);
    await page.context().close();
  });

  it('given a wrong value, when it is sent, then the summary has the focus and leads to the field', async () => {
    const { page, incidents } = await arrive(await client.create(), options);
    const field = page.getByLabel('E-mail address');
    await field.fill('nobody');
    await press(page, 'Save');
    expect(await page.title()).toBe('Error: Your details');
    const summary = page.getByRole('alert');
    expect(await summary.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    expect(await field.inputValue()).toBe('nobody');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await summary.getByRole('link', { name: 'E-mail address' }).click();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    expect(await field.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    const [content = 0, window = 0]: number[] = await page.evaluate(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    );
    expect(content).toBeLessThanOrEqual(window);
    expect(incidents).toEqual([]);
    await page.context().close();
  });

  it('given a visit, when it is finished, then the way back shows nothing', async () => {
    const { page, incidents } = await arrive(await client.create(), options);
    await press(page, 'Finish');
    expect(await page.getByRole('heading').innerText()).toBe('Finished');
    await page.goBack();
    expect(await page.getByRole('heading').innerText()).toBe('Please open your details again');
    expect(incidents).toEqual([]);
    await page.context().close();
  });
});

/** Payloads in every field, in another order for each number. */
function payloadsAt(shift: number): Record<FieldName, string> {
  const at = (field: number): string => PAYLOADS[(shift + field) % PAYLOADS.length] ?? '';
  return Object.fromEntries(FIELD_NAMES.map((name, field) => [name, at(field)])) as Record<FieldName, string>;
}

/** Stores payloads in all details of a user, as other APIs might. */
async function store(id: string, payloads: Record<FieldName, string>): Promise<void> {
  const user = await t.user(id);
  const { givenName, familyName, email, phone, ...address } = payloads;
  const changed: User = {
    ...user,
    version: user.version + 1,
    profile: { ...user.profile, givenName, familyName },
    email: { ...user.email, value: email },
    phone: { ...user.phone, value: phone },
    address,
  };
  await write(t, changed, false);
}

const FIELDS = `[...document.querySelectorAll('.field > :is(input, select)')]`;

function shownOn(page: Page): Promise<unknown> {
  return page.evaluate(`Object.fromEntries(${FIELDS}.map(({ name, value }) => [name, value]))`);
}

describe('texts that would be scripts', () => {
  it('given 60 of them, when each stands in every field, then they stay text', async () => {
    expect(new Set(PAYLOADS).size).toBeGreaterThanOrEqual(60);
    const userid = await client.create();
    const { id } = await client.user(userid);
    const { page, incidents } = await arrive(userid);
    expect(await page.locator('h1 + p').innerText()).toContain(ORGANIZATION);
    for (const shift of PAYLOADS.keys()) {
      await store(id, payloadsAt(shift));
      await page.goto(`${t.url}/portal`);
      expect(await shownOn(page)).toEqual(payloadsAt(shift));
    }
    expect(incidents).toEqual([]);
    await page.context().close();
  });

  it('given 60 of them, when they are stored meanwhile, then the conflict shows them as text beside what was entered', async () => {
    const userid = await client.create();
    const { id } = await client.user(userid);
    const { page, incidents } = await arrive(userid);
    for (let shift = 0; shift < PAYLOADS.length; shift += FIELD_NAMES.length) {
      await store(id, payloadsAt(shift));
      await page.goto(`${t.url}/portal`);
      const meanwhile = payloadsAt(shift + FIELD_NAMES.length);
      await store(id, meanwhile);
      await press(page, 'Save');
      expect(await shownOn(page)).toEqual(payloadsAt(shift));
      expect(await page.locator('.stored').allTextContents()).toEqual(
        Object.values(meanwhile).map((text) => `Stored now: ${text}`),
      );
    }
    expect(incidents).toEqual([]);
    await page.context().close();
  });

  it('given 60 of them, when they are typed and refused, then they are shown as they were typed', async () => {
    const { page, incidents } = await arrive(await client.create());
    for (let shift = 0; shift < PAYLOADS.length; shift += FIELD_NAMES.length) {
      const { country: _chosen, ...typed } = payloadsAt(shift);
      const texts = JSON.stringify(typed);
      await page.evaluate(
        `for (const field of ${FIELDS}) if (field.name !== 'country') field.value = ${texts}[field.name]`,
      );
      await press(page, 'Save');
      expect(await shownOn(page)).toEqual({ ...typed, country: '' });
      expect(await page.locator('.error').count()).toBeGreaterThanOrEqual(2);
    }
    expect(incidents).toEqual([]);
    await page.context().close();
  });

  it('given a script that does get into the page, when it would run, then the policy stops it and the watch sees it', async () => {
    const { page, incidents } = await arrive(await client.create());
    const append = (element: string) => page.evaluate(`document.body.insertAdjacentHTML('beforeend', '${element}')`);
    await append('<img src=x onerror=alert(1)>');
    await append('<p style="color: red">x</p>');
    await page.evaluate(`document.body.append(Object.assign(document.createElement('script'), { text: 'alert(2)' }))`);
    // The driver itself stands above the policy.
    await page.evaluate('alert(3)');
    const kinds = () => incidents.map((text) => text.split(':')[0]).sort();
    await expect.poll(kinds).toEqual(['dialog', ...Array(4).fill('policy')]);
    expect(incidents).toContain('dialog: 3');
    await page.context().close();
  });
});
