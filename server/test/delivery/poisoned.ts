import { request as httpRequest } from 'node:http';
import { connect } from 'node:http2';
import type { Tessera } from '../support/tessera.ts';

export const EVIL = 'evil.test';

/** Every header by which some server lets a caller say under which address it was reached. */
const HEADERS: Readonly<Record<string, string>> = {
  'x-forwarded-host': EVIL,
  'x-forwarded-proto': 'http',
  'x-forwarded-port': '666',
  'x-forwarded-server': EVIL,
  'x-forwarded-prefix': `/@${EVIL}`,
  'x-forwarded-for': '203.0.113.9',
  forwarded: `for=203.0.113.9;host=${EVIL};proto=http`,
  'x-original-url': `http://${EVIL}/`,
  'x-rewrite-url': `http://${EVIL}/`,
  'x-original-host': EVIL,
  'x-host': EVIL,
  'x-http-host-override': EVIL,
  'x-zitadel-forward-host': EVIL,
  'x-zitadel-instance-host': EVIL,
  'x-zitadel-public-host': EVIL,
  'x-tessera-host': EVIL,
  'x-public-url': `https://${EVIL}`,
  origin: `https://${EVIL}`,
  referer: `https://${EVIL}/`,
};

export interface Sent {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

export type PoisonedSend = (
  method: string,
  path: string,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body?: unknown },
) => Promise<Sent>;

/** The ways to say that the server is somebody else's. */
export function poisonedWays({ url }: Pick<Tessera, 'url'>): Readonly<Record<string, PoisonedSend>> {
  return {
    'by Host and forwarded headers': (method, path, request) =>
      overHttp1(url, method, path, { ...request, headers: { ...HEADERS, host: EVIL, ...request.headers } }),
    'by a target in absolute form': (method, path, request) =>
      overHttp1(url, method, `http://${EVIL}${path}`, { ...request, headers: { host: EVIL, ...request.headers } }),
    'by :authority': (method, path, request) => overHttp2(url, method, path, request),
  };
}

function overHttp1(url: string, method: string, path: string, { headers, body }: Parameters<PoisonedSend>[2]) {
  const { promise, resolve, reject } = Promise.withResolvers<Sent>();
  const { hostname, port } = new URL(url);
  const content = body === undefined ? undefined : JSON.stringify(body);
  const all = { ...headers, ...(content !== undefined && { 'content-type': 'application/json' }) };
  const request = httpRequest({ hostname, port, method, path, headers: all, agent: false }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, json: JSON.parse(text) }));
  });
  request.on('error', reject).end(content);
  return promise;
}

async function overHttp2(url: string, method: string, path: string, { headers, body }: Parameters<PoisonedSend>[2]) {
  const session = connect(url);
  const { promise, resolve, reject } = Promise.withResolvers<Sent>();
  session.on('error', reject);
  const stream = session.request({
    ...HEADERS,
    ...headers,
    ':method': method,
    ':path': path,
    ':authority': EVIL,
    ...(body !== undefined && { 'content-type': 'application/json' }),
  });
  let status = 0;
  let text = '';
  stream.on('response', (answer) => {
    status = Number(answer[':status']);
  });
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  stream.on('end', () => resolve({ status, json: JSON.parse(text) }));
  stream.on('error', reject);
  stream.end(body === undefined ? undefined : JSON.stringify(body));
  try {
    return await promise;
  } finally {
    session.close();
  }
}
