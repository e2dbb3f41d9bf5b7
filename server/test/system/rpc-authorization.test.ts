import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TRANSPORTS, transportsOf } from '../dialects/zitadel/transports.ts';
import { ACME, GLOBEX } from '../support/setup.ts';
import { createWorld, type Headers, MEMBER, type World } from './callers.ts';
import { rowCounts } from './mounted-routes.ts';
import { caseOf, SERVED, soundRequest } from './rpc-cases.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.tessera.stop());

/** Another's user is missing, or out of reach. */
const OUT_OF_REACH: readonly Code[] = [Code.NotFound, Code.PermissionDenied];
/** Of an invitation the contract says by a precondition that the user is missing. */
const MISSING: Readonly<Record<string, readonly Code[]>> = { VerifyInviteCode: [Code.FailedPrecondition] };

const guarded = SERVED.map(([name, route]) => [name, route, caseOf(route)] as const);
const forSome = guarded.filter(([, , { may }]) => may !== 'everybody' && !may.includes('foreign'));
/** Lists, which everybody may ask for: they show what the caller may know of. */
const lists = guarded.filter(([, , { may }]) => may === 'everybody' || may.includes('foreign'));

describe.each(TRANSPORTS)('over %s', (transport) => {
  /** The call is refused with one of the codes, and leaves no trace. */
  async function refused(
    [name, route]: (typeof guarded)[number],
    token: string | undefined,
    codes: readonly Code[],
    headers?: Headers,
  ) {
    // Given
    const { tessera } = world;
    const id = await world.newUser();
    const request = await soundRequest(route, world, id);
    const before = [await rowCounts(tessera), await tessera.events(id)];
    // When
    const outcome = await transportsOf(tessera, token)[transport](route.method, request, headers);
    // Then
    expect(codes, `${name}: ${outcome.message}`).toContain(outcome.code);
    expect([await rowCounts(tessera), await tessera.events(id)]).toEqual(before);
  }

  it.each(guarded)('%s asks who calls', async (...guard) => {
    await refused(guard, undefined, [Code.Unauthenticated]);
  });

  it.each(forSome)('%s refuses the administrator of another organization', async (...guard) => {
    const codes = MISSING[guard[0]] ?? OUT_OF_REACH;
    await refused(guard, GLOBEX.adminPat, codes);
    // To ask to act in the user's organization gives nobody a right in it.
    await refused(guard, GLOBEX.adminPat, codes, { 'x-zitadel-orgid': ACME.id });
  });

  it.each(forSome.filter(([, , { may }]) => !may.includes('member')))(
    '%s refuses members without a role',
    async (...guard) => {
      await refused(guard, MEMBER.pat, MISSING[guard[0]] ?? OUT_OF_REACH);
    },
  );

  it.each(lists)('%s shows nothing of another organization', async (_name, { method }) => {
    // Given
    await givenSomethingToList();
    const shown = async (token: string, headers?: Headers) => {
      const outcome = await transportsOf(world.tessera, token)[transport](method, {}, headers);
      expect(outcome).toMatchObject({ code: 0 });
      return JSON.stringify(outcome.details);
    };
    // When
    const foreign = [await shown(GLOBEX.adminPat), await shown(GLOBEX.adminPat, { 'x-zitadel-orgid': ACME.id })];
    // Then
    expect(await shown(ACME.adminPat)).toContain(ACME.id);
    for (const list of foreign) expect(list).not.toContain(ACME.id);
  });
});

/** A machine of Acme with a key and a token. */
async function givenSomethingToList(): Promise<void> {
  for (const wanted of ['RemoveKey', 'RemovePersonalAccessToken']) {
    const [, route] = SERVED.find(([name]) => name === wanted) ?? [];
    if (route === undefined) throw new Error(`there is no ${wanted}`);
    await soundRequest(route, world, await world.newUser());
  }
}

it('there are lists, and methods that are not for everybody', () => {
  expect(lists.map(([name]) => name).toSorted()).toEqual([
    'ListKeys',
    'ListOrganizations',
    'ListPersonalAccessTokens',
    'ListUsers',
  ]);
  expect(forSome).toHaveLength(SERVED.length - lists.length);
});
