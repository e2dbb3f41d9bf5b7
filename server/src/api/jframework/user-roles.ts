import type { FastifyRequest } from 'fastify';
import { answered } from '../../app/users.ts';
import { holdingName } from '../../core/organization.ts';
import type { Command } from '../../core/user/commands.ts';
import type { User } from '../../core/user/user.ts';
import { rawBody } from '../shared/body.ts';
import { paramsOf } from '../shared/dialect.ts';
import type { Handler } from '../shared/route.ts';
import { reader } from '../shared/schema.ts';
import type { Brand } from './brands.ts';
import { callOf, changeUser } from './call.ts';
import { success } from './envelope.ts';
import { Refusal } from './errors.ts';
import { requiredError } from './fields.ts';
import { readQuery } from './query.ts';
import { invalidBody, readBody } from './read-body.ts';
import { RoleIdsBody } from './schema.ts';
import { type Context, inBrand } from './services.ts';

const UNKNOWN = [{ code: 'RoleNotFound', message: 'The role was not found.' }];
const body = reader(RoleIdsBody);

/** GET /users/{id}/roles: those of the brand; roles of other APIs are not shown. */
export function getUserRoles(context: Context): Handler {
  return async (request) => {
    const { brand, caller } = await callOf(request, context);
    const user = await context.users.read(caller, inBrand(brand, { id: paramsOf(request).id ?? '' }));
    const shown = user.membership.roles.flatMap((role) => brand.roles.get(role)?.json ?? []);
    return success(200, `[${shown.join(',')}]`, user.version);
  };
}

/** GET /users/{id}/permissions: what the brand's roles allow, by the codes of the permissions. */
export function getUserPermissions(context: Context): Handler {
  return async (request) => {
    const { brand, caller } = await callOf(request, context);
    const user = await context.users.read(caller, inBrand(brand, { id: paramsOf(request).id ?? '' }));
    const held = brand.organization.roles.filter((role) => user.membership.roles.includes(holdingName(role)));
    const permissions = new Set(held.flatMap((role) => role.permissions));
    return success(200, JSON.stringify([...permissions].sort()), user.version);
  };
}

/** POST and PATCH /users/{id}/roles: adds to what the user holds. */
export function assignRoles(context: Context): Handler {
  return changeRoles(context, 'assign-roles', (held, named) => [
    ...held,
    ...named.filter((one) => !held.includes(one)),
  ]);
}

/** DELETE /users/{id}/roles */
export function revokeRoles(context: Context): Handler {
  return changeRoles(context, 'revoke-roles', (held, named) => held.filter((one) => !named.includes(one)));
}

type Change = (held: readonly string[], named: readonly string[]) => readonly string[];

function changeRoles(context: Context, name: string, change: Change): Handler {
  return async (request) => {
    const call = await callOf(request, context);
    const { ids, sent } = roleIdsOf(request);
    const codes = codesOf(ids, call.brand) ?? codesOf(ids, await latest(call.brand, context));
    const command = (user: User): Command => ({
      type: 'update-user',
      // All or nothing: with one unknown role, nothing is assigned.
      membership: { roles: codes === null ? user.membership.roles : change(user.membership.roles, codes) },
      ...(codes === null && { violation: new Refusal('value_invalid', 404, UNKNOWN) }),
    });
    return changeUser(request, context, call, { name, command, body: sent });
  };
}

/** The brand with roles that another process may have made a moment ago. */
async function latest(brand: Brand, { users, brands }: Context): Promise<Brand> {
  await answered(users.directory.latest());
  return brands.byId(brand.organization.id) ?? brand;
}

/** In the query; in the body too, where other calls of the vendor have their ids. */
function roleIdsOf(request: FastifyRequest): { ids: readonly string[]; sent: unknown } {
  const ids = readQuery(request, (query) => query.list('roleIds'));
  if (ids !== undefined) return { ids, sent: undefined };
  if (rawBody(request).length === 0) throw invalidBody([requiredError('roleIds')]);
  const sent = readBody(request, body);
  return { ids: [...new Set(sent.roleIds)], sent };
}

/** @returns `null` when one of them is no role of the brand */
function codesOf(ids: readonly string[], { organization }: Brand): string[] | null {
  const byId = new Map(organization.roles.map((role) => [role.id, holdingName(role)]));
  const codes = ids.map((id) => byId.get(id));
  return codes.every((code) => code !== undefined) ? codes : null;
}
