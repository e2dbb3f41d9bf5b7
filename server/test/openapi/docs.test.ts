import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTessera, type Tessera } from '../support/tessera.ts';

let t: Tessera;
beforeAll(async () => {
  t = await startTessera();
});
afterAll(() => t.stop());

const DOCUMENTS = ['zitadel', 'jframework', 'avibra', 'ownli'].map((name) => `/openapi/${name}.json`);

/** Addresses of a page's parts, as a browser resolves them. */
async function partsOf(path: string): Promise<string[]> {
  const { text } = await t.send('GET', path);
  return [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => new URL(link, `${t.url}${path}`).href);
}

describe.each(DOCUMENTS)('%s', (path) => {
  it('is served to anybody, as JSON, under an entity tag', async () => {
    const { status, headers, json } = await t.send('GET', path);

    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(headers.get('etag')).toMatch(/^"[\w-]{43}"$/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(json).toMatchObject({ openapi: '3.1.1', servers: [{ url: '/' }] });
  });

  it('is not sent again to whoever has it', async () => {
    const first = await t.send('GET', path);
    const tag = first.headers.get('etag') ?? '';
    const again = await t.send('GET', path, { headers: { 'if-none-match': `"other", W/${tag}` } });
    const other = await t.send('GET', path, { headers: { 'if-none-match': '"other"' } });

    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag]);
    expect([other.status, other.text]).toEqual([200, first.text]);
  });

  it('knows GET and HEAD alone', async () => {
    const head = await t.send('HEAD', path);
    const post = await t.send('POST', path, { body: {} });

    expect([head.status, head.text]).toEqual([200, '']);
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('/docs', () => {
  it('names all documents', async () => {
    const parts = await partsOf('/docs');

    expect(parts).toEqual(expect.arrayContaining(DOCUMENTS.map((path) => `${t.url}${path}`)));
  });

  it('is made of parts that this server serves', async () => {
    const parts = await partsOf('/docs');
    const served = await Promise.all(parts.map((part) => fetch(part)));

    expect(parts.filter((part) => !part.startsWith(`${t.url}/`))).toEqual([]);
    expect(served.map(({ status }) => status)).toEqual(parts.map(() => 200));
    const types = new Map(served.map(({ url, headers }) => [url.replace(/.*\./, ''), headers.get('content-type')]));
    expect(Object.fromEntries(types)).toMatchObject({
      css: 'text/css; charset=utf-8',
      js: 'text/javascript; charset=utf-8',
      png: 'image/png',
    });
  });

  it('may load nothing from elsewhere, run no inline script, and be in no frame', async () => {
    const { headers, text } = await t.send('GET', '/docs');
    const policy = headers.get('content-security-policy') ?? '';

    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(policy.split('; ').sort()).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self' data:",
      "script-src 'self'",
      "style-src 'self'",
    ]);
    expect(text).not.toMatch(/<script>|<style|\son\w+=|style="/);
  });

  it('leads nowhere out of its folder', async () => {
    const paths = ['/docs/..%2f..%2fpackage.json', '/docs/index.html', '/docs/', '/openapi/', '/openapi/other.json'];
    const answers = await Promise.all(paths.map((path) => t.send('GET', path)));

    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 404));
  });
});
