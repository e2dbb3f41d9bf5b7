import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../src/api/shared/route.ts';
import { operationOf } from '../../src/openapi/document.ts';
import { pathTemplate } from '../../src/openapi/paths.ts';
import type { Example, Examples } from '../../src/openapi/types.ts';
import type { DialectName } from '../support/clients.ts';
import { createWorld, type World } from '../system/callers.ts';
import { mountedDialects } from '../system/mounted-routes.ts';
import { runConnectExample, runExample, toldRefusal } from './examples.ts';
import { REFUSAL_CASES } from './refusal-cases.ts';

/** Set to write what is documented anew, after a change that was meant; then format the files. */
const RECORDS = process.env['RECORD_EXAMPLES'] !== undefined;

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.tessera.stop());

/** Those that have an example: not methods that are not built, and what has no method. */
function shownRoutes(routes: readonly Route[]): readonly Route[] {
  return routes.filter((route) => !route.path.endsWith('/*') && !(501 in operationOf(route).answers));
}

/** The route of the same method over REST, for each route of Connect. */
function restRoutes(routes: readonly Route[]): ReadonlyMap<Route, Route> {
  const byId = new Map(routes.map((route) => [operationOf(route).id, route]));
  return new Map(
    [...byId].flatMap(([id, route]) => {
      const rest = id.startsWith('connect.') ? byId.get(id.slice('connect.'.length)) : undefined;
      return rest === undefined ? [] : [[route, rest]];
    }),
  );
}

function exampleName({ method, path, aliasOf }: Route): string {
  return `${method} ${pathTemplate(aliasOf ?? path)}`;
}

describe.each(mountedDialects().map((dialect) => [dialect.name as DialectName, dialect] as const))(
  '%s',
  (dialect, { routes }) => {
    const file = new URL(`../../src/openapi/examples/${dialect}.json`, import.meta.url);
    const documented: Examples = JSON.parse(readFileSync(file, 'utf8'));
    const recorded = {
      operations: {} as Record<string, Example>,
      refusals: {} as Record<string, Record<string, unknown>>,
    };
    const shown = shownRoutes(routes);
    const overRest = restRoutes(shown);
    // Another way to write a path is tried at once, before other examples change what is there.
    const inOrder = [...Map.groupBy(shown, exampleName).values()].flat();

    it('has an example of each operation, and of nothing else', () => {
      if (RECORDS) return;
      expect(Object.keys(documented.operations)).toEqual([...new Set(shown.map(exampleName))]);
    });

    it.each(inOrder.map((route) => [`${route.method} ${route.path}`, route] as const))(
      'given what it needs, when the example of %s is sent, then it is answered as documented',
      async (_name, route) => {
        const rest = overRest.get(route);
        const example =
          rest === undefined
            ? await runExample(world, { dialect, route })
            : await runConnectExample(world, rest, route);
        if (route.aliasOf === undefined) recorded.operations[exampleName(route)] = example;
        if (!RECORDS) expect(example).toEqual(documented.operations[exampleName(route)]);
      },
    );

    it.each(Object.entries(REFUSAL_CASES[dialect]))(
      'given what is wrong with it, when the example %s is sent, then it is refused as documented',
      async (name, { status, run }) => {
        const response = await run(world);
        expect(response.status, response.text).toBe(status);
        const told = toldRefusal(response);
        recorded.refusals[status] = { ...recorded.refusals[status], [name]: told };
        if (!RECORDS) expect(told).toEqual(documented.refusals[status]?.[name]);
      },
    );

    it('shows no refusal that no request leads to', () => {
      if (RECORDS) writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`);
      else
        expect(Object.values(documented.refusals).flatMap(Object.keys)).toHaveLength(
          Object.keys(REFUSAL_CASES[dialect]).length,
        );
    });
  },
);
