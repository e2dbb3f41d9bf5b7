import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type RawAnswer } from '../http/raw.ts';
import { createWorld, type World } from './callers.ts';
import { mountedRoutes, rowCounts } from './mounted-routes.ts';
import { type Call, caseOf, credentialsFor, ROUTE_CASES } from './route-cases.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.tessera.stop());

type Headers = Readonly<Record<string, string>>;
function lowerCased(...all: readonly Headers[]): Headers {
  const entries = all.flatMap((headers) => Object.entries(headers));
  return Object.fromEntries(entries.map(([key, value]) => [key.toLowerCase(), value]));
}

/** A body, headers in the place of those of a sound request, and headers that come once more; in lower case. */
interface BadRequest {
  readonly body: string | Uint8Array;
  readonly headers?: Headers;
  readonly doubled?: Headers;
}

const TWO_MEGABYTES = 2 * 1024 * 1024;
/** Marks the place of bytes that no text can hold. */
const HERE = '<here>';
const POLLUTED = '{"polluted":"yes"}';
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** The piece of JSON in the place of a text. */
const WRONG_VALUES: Readonly<Record<string, string>> = {
  'a number for a text': '12',
  'a list for a text': '["a"]',
  'an object for a text': '{"a":"b"}',
  'a truth value for a text': 'true',
  'a text far too long': JSON.stringify('x'.repeat(100_000)),
  'a text too long in astral characters': JSON.stringify('🙂'.repeat(50_000)),
  'half of a surrogate pair': '"\\ud83d"',
  'the halves of a surrogate pair the wrong way round': '"\\ude00\\ud83d"',
  'a NUL': '"a\\u0000b"',
  'a raw control character': '"a\u0001b"',
  'nesting 100,000 deep': `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  'nesting 100,000 deep of objects': `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
  'a number out of range': '1e999',
  'broken JSON': '"a',
  'members of a prototype': `12,"__proto__":${POLLUTED},"constructor":{"prototype":${POLLUTED}}`,
  'the value as a member of a prototype': `12,"__proto__":{"username":"a","firstName":"a"}`,
};

/** Faults of what a text says, not of its being one. */
const SOUND_TEXTS = new Set(['a text far too long', 'a text too long in astral characters', 'a NUL']);

function badBodies({ body = () => '', text = '', form = false }: Call): Record<string, BadRequest> {
  const good = body(text);
  const withBytes = (...bytes: number[]) => {
    const [start = '', end = ''] = body(form ? HERE : `"${HERE}"`).split(HERE);
    return Buffer.concat([Buffer.from(start), Buffer.from(bytes), Buffer.from(end)]);
  };
  const common: Record<string, BadRequest> = {
    'no body': { body: '' },
    'another media type': { body: good, headers: { 'content-type': form ? JSON_TYPE : 'text/plain' } },
    'another character set': {
      body: good,
      headers: { 'content-type': `${form ? FORM_TYPE : JSON_TYPE}; charset=utf-16` },
    },
    'a body said to be zipped': { body: good, headers: { 'content-encoding': 'gzip' } },
    'invalid UTF-8': { body: withBytes(0xff) },
    'an overlong encoding': { body: withBytes(0xc0, 0xaf) },
    ...anyBody(good),
  };
  if (form) {
    return {
      ...common,
      'a repeated parameter': { body: `${good}&client_id=${text}` },
      'a broken escape': { body: body('%zz') },
      'an escaped NUL': { body: body('%00') },
      'an escape of half a surrogate pair': { body: body('%ED%A0%80') },
      'a parameter far too long': { body: body('x'.repeat(100_000)) },
      'a parameter of a prototype': { body: `${good.replace('client_id=', '__proto__=')}` },
    };
  }
  return {
    ...common,
    'a list': { body: `[${good}]` },
    'a bare text': { body: '"a"' },
    'a byte order mark': { body: `\ufeff${good}` },
    'something after the end': { body: `${good}x` },
    'a body cut short': { body: good.slice(0, -1) },
    'a repeated member': { body: `${good.slice(0, -1)},"x":1,"x":2}` },
    ...Object.fromEntries(Object.entries(WRONG_VALUES).map(([name, value]) => [name, { body: body(value) }])),
  };
}

/** What is refused even where nobody reads the body. */
function anyBody(good: string): Record<string, BadRequest> {
  return {
    'two megabytes': { body: `{"a":"${'a'.repeat(TWO_MEGABYTES)}"}` },
    'a doubled Authorization': { body: good, doubled: { authorization: 'Bearer another' } },
    'a doubled Content-Type': { body: good, doubled: { 'content-type': JSON_TYPE } },
    'a doubled Host': { body: good, doubled: { host: 'another' } },
    'a doubled Idempotency-Key': { body: good, doubled: { 'idempotency-key': 'another' } },
    'a malformed Idempotency-Key': { body: good, headers: { 'idempotency-key': 'a b' } },
  };
}

const mutating = mountedRoutes().filter(({ mutates, name }) => mutates && ROUTE_CASES[name] !== undefined);

it('every mutating route that answers has a case', () => {
  const without = mountedRoutes().filter(({ mutates, name }) => mutates && ROUTE_CASES[name] === undefined);
  // Those of Zitadel that are not built refuse before they read; the matrix of callers holds them to it.
  expect(without.filter(({ dialect }) => dialect !== 'zitadel')).toEqual([]);
  expect(mutating.length).toBeGreaterThan(15);
});

describe.each(mutating.map((route) => [route.name, route] as const))('%s', (name, { dialect }) => {
  const found = caseOf(name);

  it('refuses every bad request with 4xx in its own shape, writes nothing, and goes on', async () => {
    const id = await world.newUser();
    const sound = await found.call(world, id);
    const port = Number(new URL(world.tessera.url).port);
    const type = sound.form === true ? FORM_TYPE : JSON_TYPE;
    const credentials = credentialsFor(found, dialect, world);
    const send = ({ body, headers = {}, doubled = {} }: BadRequest): Promise<RawAnswer> => {
      const single = lowerCased({ 'content-type': type, ...credentials, ...sound.headers }, headers);
      const lines = Object.entries(single).map(([key, value]) => `${key}: ${value}`);
      for (const [key, value] of Object.entries(doubled)) {
        // Each request has a Host already.
        if (single[key] === undefined && key !== 'host') lines.push(`${key}: one`);
        lines.push(`${key}: ${value}`);
      }
      return call(port, name.split(' ')[0] ?? '', sound.path, lines, body);
    };
    const before = await rowCounts(world.tessera);
    const history = await world.tessera.events(id);
    const requests = sound.body === undefined ? anyBody('') : badBodies(sound);
    for (const header of Object.keys({ ...credentials, ...sound.headers })) {
      requests[`a doubled ${header}`] = {
        body: sound.body?.(sound.text ?? '') ?? '',
        doubled: { [header]: 'another' },
      };
    }
    const wrong: string[] = [];
    for (const [title, request] of Object.entries(requests)) {
      if (found.bodyOptional && title === 'no body') continue;
      if (found.textIsIgnored && SOUND_TEXTS.has(title)) continue;
      if (found.stateless && title === 'a malformed Idempotency-Key') continue;
      const answer = await send(request);
      const fits = answer.status >= 400 && answer.status < 500;
      // What Node's parser itself refuses has no dialect: a bare status.
      const bare = answer.body === '' && answer.status === 400 && title === 'a doubled Host';
      if (!fits || (!bare && (typeof answer.json !== 'object' || answer.json === null))) {
        wrong.push(`${title}: ${answer.status} ${answer.body.slice(0, 200)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect('polluted' in {}).toBe(false);
    expect(await world.tessera.events(id)).toEqual(history);
    expect(await rowCounts(world.tessera)).toEqual(before);
    expect((await world.tessera.send('GET', '/readyz')).status).toBe(200);
    // The same request without its fault is good, so it was the fault that was refused.
    const good = await send({ body: sound.body?.(sound.text ?? '') ?? '' });
    expect({ status: good.status, body: good.status === found.status ? '' : good.body }).toEqual({
      status: found.status,
      body: '',
    });
  });
});
