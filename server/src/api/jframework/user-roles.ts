import { answered } from '../../app/users.ts';
import { holdingName } from '../../core/organization.ts';
import type { Command } from '../../core/user/commands.ts';
import type { User } from '../../core/user/user.ts';
import type { Handler } from '../shared/route.ts';
import type { Brand } from './brands.ts';
import { callOf, changeUser, readUser } from './call.ts';
import { idsIn } from './catalogue/ids-in.ts';
import { success } from './envelope.ts';
import { Refusal } from './errors.ts';
import type { Context } from './services.ts';

const UNKNOWN = [{ code: 'RoleNotFound', message: 'The role was not found.' }];
const roleIdsIn = idsIn('roleIds');

/** GET /users/{id}/roles: those of the brand; roles of other APIs are not shown. */
export function getUserRoles(context: Context): Handler {
  return async (request) => {
    const call = await callOf(request, context);
    const user = await readUser(request, context, call);
    const shown = user.membership.roles.flatMap((role) => call.brand.roles.get(role)?.json ?? []);
    return success(200, `[${shown.join(',')}]`, user.version);
  };
}

/** GET /users/{id}/permissions: what the brand's roles allow, by the codes of the permissions. */
export function getUserPermissions(context: Context): Handler {
  return async (request) => {
    const call = await callOf(request, context);
    const user = await readUser(request, context, call);
    const held = call.brand.organization.roles.filter((role) => user.membership.roles.includes(holdingName(role)));
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
    const ids = roleIdsIn(request);
    const codes = codesOf(ids, call.brand) ?? codesOf(ids, await latest(call.brand, context));
    const command = (user: User): Command => ({
      type: 'update-user',
      // All or nothing: with one unknown role, nothing is assigned.
      membership: { roles: codes === null ? user.membership.roles : change(user.membership.roles, codes) },
      ...(codes === null && { violation: new Refusal('value_invalid', 404, UNKNOWN) }),
    });
    return changeUser(request, context, call, { name, command, body: ids });
  };
}

/** The brand with roles that another process may have made a moment ago. */
async function latest(brand: Brand, { users, brands }: Context): Promise<Brand> {
  await answered(users.directory.latest());
  return brands.byId(brand.organization.id) ?? brand;
}

/** @returns `null` when one of them is no role of the brand */
function codesOf(ids: readonly string[], { organization }: Brand): string[] | null {
  const byId = new Map(organization.roles.map((role) => [role.id, holdingName(role)]));
  const codes = ids.map((id) => byId.get(id));
  return codes.every((code) => code !== undefined) ? codes : null;
}
