import { ACME, type GLOBEX } from '../support/setup.ts';
import type { Tessera, TestResponse } from '../support/tessera.ts';

export const FORM_TYPE = 'application/x-www-form-urlencoded';

type Headers = Readonly<Record<string, string>>;

/** Asks for a link token as the partner does. */
export function askForToken(
  t: Pick<Tessera, 'send'>,
  userid: string,
  { avibra }: typeof ACME | typeof GLOBEX = ACME,
  more: {
    readonly headers?: Readonly<Record<string, string | undefined>>;
    readonly path?: string;
    readonly body?: unknown;
  } = {},
): Promise<TestResponse> {
  const { username, password } = avibra.linkToken;
  const all = { authorization: basic(username, password), 'x-api-key': avibra.apiKey, ...more.headers };
  const headers = Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const body = more.body ?? { userid, partnername: avibra.partnerName };
  return t.send('POST', more.path ?? '/user/linktoken3', { headers, body });
}

export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

export async function tokenFor(t: Pick<Tessera, 'send'>, userid: string): Promise<string> {
  const response = await askForToken(t, userid);
  if (response.status !== 200) throw new Error(`no link token: ${response.status} ${response.text}`);
  return response.json.linktoken;
}

export function openLink(t: Pick<Tessera, 'send'>, token: string, headers: Headers = {}): Promise<TestResponse> {
  return t.send('GET', `/portal?linktoken=${token}`, { headers });
}

/** Name and value of the cookie that an answer sets. */
export function cookieOf({ headers }: TestResponse): string {
  return (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

/** A visit as a browser without scripts makes it. */
export interface Visit {
  readonly cookie: string;
  get(path?: string, headers?: Headers): Promise<TestResponse>;
  /** Sends the form as it was last shown, with these fields changed; `null` leaves one out. */
  save(changes: Readonly<Record<string, string | null>>, headers?: Headers): Promise<TestResponse>;
  post(path: string, body: string, headers?: Headers): Promise<TestResponse>;
}

export async function visit(t: Pick<Tessera, 'send' | 'url'>, userid: string): Promise<Visit> {
  const opened = await openLink(t, await tokenFor(t, userid));
  const cookie = cookieOf(opened);
  let page: TestResponse | null = null;
  const it: Visit = {
    cookie,
    async get(path = '/portal', headers = {}) {
      page = await t.send('GET', path, { headers: { cookie, ...headers } });
      return page;
    },
    async save(changes, headers) {
      page ??= await it.get();
      const all = { ...fieldsOf(page.text), ...changes };
      const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null);
      const answer = await it.post('/portal', new URLSearchParams(sent).toString(), headers);
      if (answer.text.includes('name="version"')) page = answer;
      return answer;
    },
    async post(path, body, more = {}) {
      const headers = { cookie, 'content-type': FORM_TYPE, ...more };
      const response = await fetch(`${t.url}${path}`, { method: 'POST', headers, body, redirect: 'manual' });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: null };
    },
  };
  return it;
}

/** What the first form of a page would send. */
export function fieldsOf(page: string): Record<string, string> {
  const form = page.slice(page.indexOf('<form'), page.indexOf('</form>'));
  const inputs = [...form.matchAll(/<input\b[^>]*\bname="([^"]*)"[^>]*\bvalue="([^"]*)"/g)];
  const country = /<option value="([^"]*)" selected>/.exec(form)?.[1] ?? '';
  return { ...Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, unescaped(value)])), country };
}

function unescaped(text: string): string {
  const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replaceAll(/&([a-z]+|#39);/g, (_, name: string) => characters[name] ?? '');
}
