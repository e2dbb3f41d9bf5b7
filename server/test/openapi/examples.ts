import { expect } from 'vitest';
import type { Parameter } from '../../src/api/shared/operation.ts';
import type { Route } from '../../src/api/shared/route.ts';
import { operationOf } from '../../src/openapi/document.ts';
import { pathParametersOf, pathTemplate } from '../../src/openapi/paths.ts';
import type { Example } from '../../src/openapi/types.ts';
import type { DialectName } from '../support/clients.ts';
import type { TestResponse } from '../support/tessera.ts';
import type { World } from '../system/callers.ts';
import { caseOf, credentialsFor } from '../system/route-cases.ts';
import { CONNECT_REQUESTS, EXAMPLE_REQUESTS, type Request } from './example-cases.ts';
import { SampleValues } from './sample-values.ts';

const FORM_TYPE = 'application/x-www-form-urlencoded';

export interface ExampleRoute {
  readonly dialect: DialectName;
  readonly route: Pick<Route, 'method' | 'path' | 'aliasOf'>;
}

/** Makes the request of a route's example, and tells it and its answer as they are documented. */
export async function runExample(world: World, { dialect, route }: ExampleRoute): Promise<Example> {
  const { method, path: written, aliasOf = written } = route;
  const name = `${method} ${aliasOf}`;
  const found = caseOf(name);
  const id = await world.newUser();
  const request = (await EXAMPLE_REQUESTS[name]?.(world, id)) ?? (await requestOfCase(name, world, id));
  const path = parametersIn(aliasOf, request.path);
  const [, query = ''] = request.path.split('?');
  const body = withoutParameters(request.body, path);
  const isForm = typeof body === 'string';
  const response = await world.tessera.send(method, filled(written, path, query), {
    headers: {
      ...credentialsFor(found, dialect, world),
      ...request.headers,
      ...(isForm && { 'content-type': FORM_TYPE }),
    },
    ...(body !== undefined && { body }),
  });
  expect(response.status, response.text).toBe(request.status ?? found.status);
  const told = {
    request: {
      ...(Object.keys(path).length > 0 && { path }),
      ...(query !== '' && { query: Object.fromEntries(new URLSearchParams(query)) }),
      ...(body !== undefined && { body }),
    },
    status: response.status,
    ...(response.text !== '' && { answer: response.json }),
  };
  return new SampleValues(name).of(told) as Example;
}

/**
 * The same call over Connect, whose request is the whole message: what REST has in its path and query is in the body.
 *
 * @param rest the route of the same method
 */
export async function runConnectExample(world: World, rest: Route, route: Route): Promise<Example> {
  const name = `${rest.method} ${rest.path}`;
  const id = await world.newUser();
  const request = (await CONNECT_REQUESTS[name]?.(world, id)) ?? (await requestOfCase(name, world, id));
  const [, query = ''] = request.path.split('?');
  const { parameters = [] } = operationOf(rest);
  const body = {
    ...(request.body as object | undefined),
    ...parametersIn(rest.path, request.path),
    ...Object.fromEntries(
      [...new URLSearchParams(query)].map(([key, value]) => [key, isList(parameters, key) ? [value] : value]),
    ),
  };
  const response = await world.tessera.send('POST', route.path, {
    headers: credentialsFor(caseOf(name), 'zitadel', world),
    body,
  });
  expect(response.status, response.text).toBe(200);
  return new SampleValues(name).of({ request: { body }, status: 200, answer: response.json }) as Example;
}

function isList(parameters: readonly Parameter[], name: string): boolean {
  const found = parameters.find((parameter) => parameter.name === name)?.schema as { type?: unknown } | undefined;
  return found?.type === 'array';
}

/** A refusal as it is documented: its body. */
export function toldRefusal(response: TestResponse): unknown {
  return new SampleValues().of(response.json);
}

async function requestOfCase(name: string, world: World, id: string): Promise<Request> {
  const { path, body, text = '', headers, form } = await caseOf(name).call(world, id);
  const sent = body?.(text);
  return {
    path,
    ...(headers && { headers }),
    ...(sent !== undefined && { body: form === true ? sent : JSON.parse(sent) }),
  };
}

/** A route's path with values for its parameters. */
function filled(route: string, values: Readonly<Record<string, string>>, query: string): string {
  const path = pathTemplate(route).replaceAll(/\{([^}]+)\}/g, (_whole, name) => encodeURIComponent(values[name] ?? ''));
  return query === '' ? path : `${path}?${query}`;
}

function parametersIn(route: string, path: string): Record<string, string> {
  const values = (path.split('?')[0] ?? '').split('/');
  const names = pathTemplate(route).split('/');
  return Object.fromEntries(
    pathParametersOf(route).map((name) => [name, decodeURIComponent(values[names.indexOf(`{${name}}`)] ?? '')]),
  );
}

/** What the path says need not be said again; a body of nothing else is none. */
function withoutParameters(body: unknown, path: Readonly<Record<string, string>>): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const left = Object.entries(body).filter(([name, value]) => path[name] === undefined || path[name] !== value);
  if (left.length === Object.keys(body).length) return body;
  return left.length === 0 ? undefined : Object.fromEntries(left);
}
