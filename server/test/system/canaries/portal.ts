import { expect } from 'vitest';
import { basic, cookieOf, FORM_TYPE, fieldsOf } from '../../portal/support.ts';
import { type Canaries, DECLARED, PERSONAL, SENT } from './told.ts';

/** A visit of the user whom the partner has made. Nothing is saved: a redirect would be one request more. */
export async function usePortal({ send, made }: Canaries): Promise<void> {
  const ask = (password: string) =>
    send('POST', '/user/linktoken3', {
      headers: { authorization: basic('acme-link', password), 'x-api-key': DECLARED.apiKey },
      body: { userid: PERSONAL.userid, partnername: 'acme' },
    });
  expect((await ask(SENT.badToken)).status).toBe(401);
  made.linkToken = (await ask(DECLARED.linkSecret)).json.linktoken;
  const cookie = cookieOf(await send('GET', `/portal?linktoken=${made.linkToken}`));
  made.visitKey = cookie.split('=')[1] ?? '';
  await send('GET', `/portal?linktoken=${made.linkToken}`);
  const page = await send('GET', '/portal', { headers: { cookie } });
  const form = fieldsOf(page.text);
  expect(form.givenName).toBe(PERSONAL.givenName);
  made.formToken = form.token ?? '';
  const wrong = new URLSearchParams({ ...form, phone: PERSONAL.email, email: PERSONAL.phone, city: PERSONAL.city });
  const headers = { cookie, 'content-type': FORM_TYPE };
  expect((await send('POST', '/portal', { headers, body: wrong.toString() })).status).toBe(422);
  wrong.set('version', '1');
  wrong.set('token', SENT.badToken);
  expect((await send('POST', '/portal', { headers, body: wrong.toString() })).status).toBe(403);
}
