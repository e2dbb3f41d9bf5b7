import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, clientOf, freshPhone, outline } from '../dialects/avibra/support.ts';
import { write } from '../dialects/zitadel/support.ts';
import { dialectClients } from '../support/clients.ts';
import { ACME } from '../support/setup.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';
import { fieldsOf, visit } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

const ADDRESS = { addressline1: '1 Main St', addressline2: 'Apt 2', city: 'Springfield', state: 'IL', zip: '62701' };

async function gained(userid: string, before: number) {
  return (await client.events(userid)).slice(before);
}

/** What a page says beside each field that it refuses. */
function problemsOn(page: string): Record<string, string> {
  const found = page.matchAll(/<p class="error" id="(\w+)-error">([^<]*)<\/p>/g);
  return Object.fromEntries([...found].map(([, name = '', text = '']) => [name, text]));
}

describe('the details', () => {
  it('given a user, when the page is opened, then it shows the contact details, and of whom', async () => {
    const userid = await client.create({
      firstname: 'Jo',
      lastname: "O'Neil & Söhne",
      phone: '2015559999',
      address: ADDRESS,
    });
    const page = await (await visit(t, userid)).get();
    expect(page.status).toBe(200);
    expect(fieldsOf(page.text)).toMatchObject({
      givenName: 'Jo',
      familyName: "O'Neil & Söhne",
      email: `${userid}@mail.test`,
      phone: '+12015559999',
      line1: '1 Main St',
      line2: 'Apt 2',
      city: 'Springfield',
      state: 'IL',
      postalCode: '62701',
      country: '',
    });
    expect(page.text).toContain('This is how Acme can reach you.');
    // Nothing else of the record is on it.
    const { id } = await client.user(userid);
    expect(page.text).not.toContain(id);
  });

  it('given a preferred language, when the page is opened, then it is in that one, whatever the browser says', async () => {
    const userid = await client.create();
    const { id } = await client.user(userid);
    const open = await visit(t, userid);
    expect((await open.get('/portal', { 'accept-language': 'de' })).headers.get('content-language')).toBe('de');
    await t.send('PUT', `/v2/users/human/${id}`, {
      headers: { authorization: `Bearer ${ACME.adminPat}` },
      body: { profile: { givenName: 'Jo', familyName: 'Doe', preferredLanguage: 'de-AT' } },
    });
    const page = await open.get('/portal', { 'accept-language': 'en' });
    expect(page.headers.get('content-language')).toBe('de');
    expect(page.text).toContain('<h1>Ihre Angaben</h1>');
    expect(page.text).toContain('<option value="DE">Deutschland</option>');
  });

  it('given a form, when it is sent, then the change is that of the user and every API shows it', async () => {
    const userid = await client.create({ address: ADDRESS });
    const { id } = await client.user(userid);
    const before = (await client.events(userid)).length;
    const open = await visit(t, userid);
    await open.get();

    const answer = await open.save({ givenName: ' Joan ', phone: '(312) 555-0199', line2: '', country: 'US' });

    expect([answer.status, answer.headers.get('location'), answer.text]).toEqual([303, 'portal?done=saved', '']);
    const page = await open.get('/portal?done=saved');
    expect(page.text).toContain('role="status"');
    expect(page.text).toContain('Your details have been saved.');
    expect(fieldsOf(page.text)).toMatchObject({ givenName: 'Joan', phone: '+13125550199', line2: '', country: 'US' });
    const events = await gained(userid, before);
    expect(events.map(({ type, changes }) => [type, changes])).toEqual([
      ['user.profile_changed', { 'profile.givenName': { before: 'Jo', after: 'Joan' } }],
      [
        'user.phone_changed',
        expect.objectContaining({ 'phone.value': { before: expect.any(String), after: '+13125550199' } }),
      ],
      [
        'user.address_changed',
        { 'address.line2': { before: 'Apt 2', after: null }, 'address.country': { before: null, after: 'US' } },
      ],
    ]);
    for (const { origin } of events) {
      expect(origin).toEqual({
        actor: `user:${id}`,
        dialect: 'portal',
        client: 'link',
        requestId: answer.headers.get('x-request-id'),
      });
    }
    const dialects = await dialectClients(t);
    for (const { read } of [dialects.zitadel, dialects.jframework, dialects.ownli]) {
      expect((await read?.(id))?.person).toMatchObject({ givenName: 'Joan', phone: '+13125550199' });
    }
    // Avibra shows no record, but takes the number for the user's own: nothing changes.
    expect((await client.update({ userid, phone: '3125550199' })).status).toBe(200);
    expect((await client.events(userid)).length).toBe(before + 3);
  });

  it('given a form as it was shown, when it is sent, then nothing is changed', async () => {
    const userid = await client.create({ address: ADDRESS });
    const before = await client.events(userid);
    const open = await visit(t, userid);
    expect((await open.save({})).headers.get('location')).toBe('portal?done=unchanged');
    expect((await open.get('/portal?done=unchanged')).text).toContain('There was nothing to change.');
    expect(await client.events(userid)).toEqual(before);
  });

  it('given confirmed contacts, when one is changed, then it alone loses its confirmation and no message is sent', async () => {
    const userid = await client.create();
    const { id } = await client.user(userid);
    const headers = { authorization: `Bearer ${ACME.adminPat}` };
    const [email, phone] = [`${userid}@x.test`, `+1${freshPhone()}`];
    const body = { email: { email, isVerified: true }, phone: { phone, isVerified: true } };
    expect((await t.send('PUT', `/v2/users/human/${id}`, { headers, body })).status).toBe(200);
    const open = await visit(t, userid);
    expect((await open.get()).text.match(/Confirmed\./g)).toHaveLength(2);

    expect((await open.save({ email: `new-${userid}@x.test` })).status).toBe(303);

    const user = await client.user(userid);
    expect([user.email.verified, user.phone.verified]).toEqual([false, true]);
    expect([user.email.value, user.email.code]).toEqual([`new-${userid}@x.test`, null]);
    expect((await open.get()).text.match(/Confirmed\./g)).toHaveLength(1);
  });

  it('given values that are wrong, when they are sent, then each is told beside its field, what was typed stays, and nothing changes', async () => {
    const userid = await client.create({ address: ADDRESS });
    const before = await client.events(userid);
    const open = await visit(t, userid);
    const typed = {
      givenName: ' ',
      familyName: 'x'.repeat(101),
      email: 'no"@<b>',
      phone: '0170 1234567',
      line1: 'a\u0007b',
      postalCode: '1'.repeat(21),
      state: 'Illinois',
      country: 'XX',
      city: 'Berlin',
    };
    const page = await open.save(typed);
    expect(page.status).toBe(422);
    expect(Object.keys(problemsOn(page.text))).toEqual([
      'givenName',
      'familyName',
      'email',
      'phone',
      'line1',
      'postalCode',
      'country',
    ]);
    expect(fieldsOf(page.text)).toMatchObject(typed);
    expect(page.text).toContain('<title>Error: Your details</title>');
    expect(page.text).toContain('<li><a href="#phone">Phone number</a>: Enter a phone number with its country code');
    expect(page.text).toMatch(/id="phone"[^>]*aria-describedby="phone-error" aria-invalid="true"/);
    // Corrected, the same form goes through.
    const good = {
      givenName: 'Jo',
      familyName: 'Doe',
      email: `${userid}@mail.test`,
      phone: '+49 170 1234567',
      line1: 'Allee 1',
    };
    expect((await open.save({ ...good, postalCode: '10115', state: 'Berlin', country: 'DE' })).status).toBe(303);
    const { phone, address } = await client.user(userid);
    expect([phone.value, address.country, address.state, address.city]).toEqual([
      '+491701234567',
      'DE',
      'Berlin',
      'Berlin',
    ]);
    expect(outline((await client.events(userid)).slice(before.length)).map(([type]) => type)).toEqual([
      'user.phone_changed',
      'user.address_changed',
    ]);
  });

  it('given a contact of somebody else, when it is entered, then it is told beside its field', async () => {
    const [phone, taken] = [freshPhone(), await client.create({ email: 'Taken@mail.test' })];
    await client.update({ userid: taken, phone });
    const userid = await client.create();
    const before = await client.events(userid);
    const open = await visit(t, userid);
    const byMail = await open.save({ email: 'taken@MAIL.test' });
    expect([byMail.status, problemsOn(byMail.text)]).toEqual([
      422,
      { email: 'This e-mail address belongs to another account.' },
    ]);
    const byPhone = await open.save({ email: `${userid}@mail.test`, phone: `+1${phone}` });
    expect([byPhone.status, problemsOn(byPhone.text)]).toEqual([
      422,
      { phone: 'This phone number belongs to another account.' },
    ]);
    expect(await client.events(userid)).toEqual(before);
  });

  it('given many tries of what others hold, when more follow, then they wait, and nobody else does', async () => {
    await client.create({ email: 'held@mail.test' });
    const [curious, other] = [await client.create(), await client.create()];
    const open = await visit(t, curious);
    const statuses: number[] = [];
    for (let n = 0; n < 10; n += 1) statuses.push((await open.save({ email: 'held@mail.test' })).status);
    expect(new Set(statuses)).toEqual(new Set([422]));
    for (const email of ['held@mail.test', `${curious}-2@mail.test`]) {
      const late = await open.save({ email });
      expect([late.status, Number(late.headers.get('retry-after'))]).toEqual([429, expect.closeTo(360, -2)]);
    }
    expect((await (await visit(t, other)).save({ givenName: 'Ann' })).status).toBe(303);
  });

  it('given a change by somebody else meanwhile, when the form is sent, then it is told and can be sent again', async () => {
    const userid = await client.create();
    const open = await visit(t, userid);
    await open.get();
    const elsewhere = freshPhone();
    await client.update({ userid, phone: elsewhere, lastname: '<Else>' });
    const before = (await client.events(userid)).length;

    const page = await open.save({ givenName: 'Mine' });

    expect(page.status).toBe(409);
    expect(page.text).toContain('Your details were changed in the meantime');
    expect(page.text).toContain(`Stored now: +1${elsewhere}`);
    expect(page.text).toContain('Stored now: &lt;Else&gt;');
    expect(fieldsOf(page.text)).toMatchObject({ givenName: 'Mine', familyName: 'Doe' });
    expect((await client.events(userid)).length).toBe(before);
    // Sent again, knowing that, what was entered holds.
    expect((await open.save({ phone: `+1${elsewhere}` })).status).toBe(303);
    const user = await client.user(userid);
    expect([user.profile.givenName, user.profile.familyName, user.phone.value]).toEqual([
      'Mine',
      'Doe',
      `+1${elsewhere}`,
    ]);
  });

  it('given a form that was saved, when it is sent again, then it is a conflict and changes nothing', async () => {
    const userid = await client.create();
    const open = await visit(t, userid);
    const form = fieldsOf((await open.get()).text);
    expect((await open.save({ givenName: 'Once' })).status).toBe(303);
    const before = await client.events(userid);
    expect((await open.save({ ...form, givenName: 'Twice' })).status).toBe(409);
    expect(await client.events(userid)).toEqual(before);
  });

  it('given two forms sent at once, when both would change the record, then one of them is told of the other', async () => {
    const userid = await client.create();
    const [one, two] = [await visit(t, userid), await visit(t, userid)];
    await Promise.all([one.get(), two.get()]);
    const answers = await Promise.all([one.save({ givenName: 'One' }), two.save({ givenName: 'Two' })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
  });

  it('given what only other APIs write, when the form is sent, then what was not touched stays as it is', async () => {
    const userid = await client.create();
    const { id } = await client.user(userid);
    const odd = {
      line1: ` ${'x'.repeat(300)}`,
      line2: 'two\r\nlines',
      city: null,
      state: 'Bayern',
      country: 'US',
      postalCode: null,
    };
    await write(t, { ...(await t.user(id)), address: odd }, false);
    const open = await visit(t, userid);
    expect(fieldsOf((await open.get()).text)).toMatchObject({ line2: 'twolines', state: 'Bayern' });
    expect((await open.save({ givenName: 'Joan' })).status).toBe(303);
    const user = await t.user(id);
    expect([user.profile.givenName, user.address]).toEqual(['Joan', odd]);
    // A field that is not sent stays, too.
    expect((await open.get()).status).toBe(200);
    expect((await open.save({ givenName: 'Jo', line1: null, state: null, email: null })).status).toBe(303);
    expect((await t.user(id)).address).toEqual(odd);
  });
});
