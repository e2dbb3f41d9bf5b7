import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isStored } from '../../support/at-rest.ts';
import { ACME } from '../../support/setup.ts';
import type { TestResponse } from '../../support/tessera.ts';
import { latestToken, mailsTo } from './mails.ts';
import { type Client, codes, type Member, startClient } from './support.ts';

const PAGE = `https://${ACME.brandUrl}/welcome`;
const PATH = '/users/auth/email/magic-link';
const MINUTE = 60 * 1000;

let now = Date.now();
let client: Client;
beforeAll(async () => {
  client = await startClient({ clock: () => now });
});
afterAll(() => client.tessera.stop());

interface Sent {
  readonly emailAddress?: unknown;
  readonly callbackURL?: unknown;
  readonly returnURL?: unknown;
}

/** The ways there are to ask for a link. */
const WAYS: Readonly<
  Record<string, (sent: Sent, headers?: Readonly<Record<string, string>>) => Promise<TestResponse>>
> = {
  'POST …/email/magic-link': (sent, headers = {}) => client.call('POST', PATH, { body: sent, headers }),
  'POST …/by-email': (sent, headers = {}) => client.call('POST', '/users/auth/by-email', { body: sent, headers }),
  'GET …/email/magic-link': (sent, headers = {}) => {
    const query = new URLSearchParams(
      Object.entries(sent).map(([name, value]): [string, string] => [name, String(value ?? '')]),
    );
    return client.call('GET', `${PATH}?${query}`, { headers });
  },
};
const NAMES = Object.keys(WAYS);
const ask = (name: string, ...args: Parameters<(typeof WAYS)[string]>) => {
  const way = WAYS[name];
  if (way === undefined) throw new Error(`no way ${name}`);
  return way(...args);
};
const [FIRST = ''] = NAMES;

/** The link as the mail will have it. */
async function linkTo({ id }: Member): Promise<URL> {
  const mail = (await mailsTo(client.tessera, id)).at(-1);
  return new URL(String(mail?.urlTemplate).replace('{{.Code}}', await latestToken(client.tessera, id)));
}
const follow = ({ searchParams }: URL) =>
  client.call('POST', '/users/auth/passwordless/email/verify-otp', {
    body: { token: searchParams.get('token'), otp: searchParams.get('otp') },
  });

describe.each(NAMES)('%s', (name) => {
  it('mails a link to the page, with what it needs to sign in', async () => {
    // Given
    const person = await client.member();
    // When
    const response = await ask(name, {
      emailAddress: person.emailAddress,
      callbackURL: `${PAGE}?a=b#top`,
      returnURL: PAGE,
    });
    // Then
    expect([response.status, response.json.data]).toEqual([200, true]);
    const [mail] = await mailsTo(client.tessera, person.id);
    expect(mail).toMatchObject({ kind: 'sign_in_link', channel: 'email', to: person.emailAddress });
    const link = await linkTo(person);
    expect(link.href.startsWith(`${PAGE}?a=b&token=`)).toBe(true);
    expect([link.hash, link.searchParams.get('returnURL')]).toEqual(['#top', PAGE]);
    expect(link.searchParams.get('otp')).toMatch(/^[A-Za-z0-9]{12}$/);
    expect(await isStored(client.tessera.database, link.searchParams.get('otp') ?? '')).toBe(false);
    const signedIn = await follow(link);
    expect(signedIn.status).toBe(200);
    expect((await client.get(person.id, signedIn.json.data.authKey)).status).toBe(200);
    expect(codes(await follow(link))).toEqual(['InvalidToken']);
  });

  it('given nobody has the address, then it says so', async () => {
    const response = await ask(name, { emailAddress: 'nobody@example.com', callbackURL: PAGE });
    expect([response.status, codes(response)]).toEqual([404, ['UserNotFound']]);
  });

  it.each([
    [{}, ['CallbackURLRequired', 'EmailAddressRequired']],
    [{ emailAddress: 'none', callbackURL: 'https://evil.test/' }, ['InvalidCallbackURL', 'InvalidEmailAddress']],
    [{ emailAddress: 'a@example.com', callbackURL: `http://${ACME.brandUrl}/` }, ['InvalidCallbackURL']],
    [{ emailAddress: 'a@example.com', callbackURL: PAGE, returnURL: 'https://evil.test/' }, ['InvalidReturnURL']],
  ])('given %j, then it is refused', async (sent, expected) => {
    const response = await ask(name, sent);
    expect([response.status, codes(response).sort()]).toEqual([400, expected]);
  });

  it('given an Idempotency-Key, then one mail is sent; given a precondition, then none', async () => {
    const person = await client.member();
    const sent = { emailAddress: person.emailAddress, callbackURL: PAGE };
    const headers = { 'idempotency-key': `link-${NAMES.indexOf(name)}` };
    expect((await ask(name, sent, headers)).status).toBe(200);
    expect((await ask(name, sent, headers)).headers.get('idempotent-replayed')).toBe('true');
    expect((await ask(name, sent, { 'if-match': '*' })).status).toBe(412);
    expect(await mailsTo(client.tessera, person.id)).toHaveLength(1);
  });
});

describe('a link', () => {
  it('lives fifteen minutes', async () => {
    const person = await client.member();
    await ask(FIRST, { emailAddress: person.emailAddress, callbackURL: PAGE });
    const link = await linkTo(person);
    now += 15 * MINUTE;
    expect(codes(await follow(link))).toEqual(['OtpExpired']);
    now -= 1;
    expect((await follow(link)).status).toBe(200);
  });

  it('holds no placeholder that its sender wrote', async () => {
    const person = await client.member();
    await ask(FIRST, { emailAddress: person.emailAddress, callbackURL: `${PAGE}?x={{.Code}}` });
    const template = (await mailsTo(client.tessera, person.id)).at(-1)?.urlTemplate ?? '';
    expect(template.split('{{')).toHaveLength(2);
  });

  it('carries nothing of its sender’s in the place of what it is to carry', async () => {
    const person = await client.member();
    const taken = 'token=mine&otp=mine&returnURL=https://evil.test/&%6Ftp=mine&ReturnUrl=https://evil.test/';
    const sent = { emailAddress: person.emailAddress, callbackURL: `${PAGE}?${taken}&a=b` };
    await ask(FIRST, sent);
    const without = await linkTo(person);
    expect([...without.searchParams.keys()]).toEqual(['a', 'token', 'otp']);
    await ask(FIRST, { ...sent, returnURL: PAGE });
    const link = await linkTo(person);
    expect([...link.searchParams.keys()]).toEqual(['a', 'token', 'otp', 'returnURL']);
    expect(link.searchParams.get('returnURL')).toBe(PAGE);
    expect((await follow(link)).status).toBe(200);
  });

  it('and a code do not take each other’s place', async () => {
    const person = await client.member();
    await ask(FIRST, { emailAddress: person.emailAddress, callbackURL: PAGE });
    const link = await linkTo(person);
    const body = { emailAddress: person.emailAddress };
    expect((await client.call('POST', '/users/auth/passwordless/email/generate-otp', { body })).status).toBe(200);
    expect((await follow(link)).status).toBe(200);
  });
});

it('HEAD sends nothing', async () => {
  const person = await client.member();
  const query = new URLSearchParams({ emailAddress: person.emailAddress, callbackURL: PAGE });
  expect((await client.call('HEAD', `${PATH}?${query}`)).status).toBe(405);
  expect(await mailsTo(client.tessera, person.id)).toEqual([]);
});
