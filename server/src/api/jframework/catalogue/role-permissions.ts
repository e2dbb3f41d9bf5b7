import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { RoleDefinition } from '../../../core/organization.ts';
import type { Handler, Route } from '../../shared/route.ts';
import { idOf } from '../call.ts';
import { operationsOf } from '../documentation/operation.ts';
import type { PermissionDefinition } from '../section.ts';
import type { Context } from '../services.ts';
import type { Catalogue } from './catalogue.ts';
import { changing, showSettings } from './change-settings.ts';
import { idsAsked, idsIn } from './ids-in.ts';
import { entriesOf, entryOf, isFixed } from './kind.ts';
import { PERMISSIONS } from './permissions.ts';
import { ROLES } from './roles.ts';

const permissionIdsIn = idsIn('permissionIds');
const roleIdsIn = idsIn('roleIds');
const permissionIds = idsAsked('permissionIds');
const roleIds = idsAsked('roleIds');

const ofRoles = operationsOf(ROLES.title);
const ofPermissions = operationsOf(PERMISSIONS.title);

type Way = 'grant' | 'take';

/** What roles consist of, and of which roles permissions are part. Old clients write PATCH for POST. */
export function rolePermissionRoutes(context: Context): Route[] {
  const ofRole = '/api/v1/roles/:id/permissions';
  const ofPermission = '/api/v1/permissions/:id/roles';
  const changeRole = (way: Way) => changePermissionsOfRole(context, way);
  const changePermission = (way: Way) => changeRolesOfPermission(context, way);
  return [
    {
      method: 'GET',
      path: ofRole,
      handler: (request) => showPermissions(request, context),
      operation: ofRoles('getRolePermissions', 'The permissions of a role', {
        data: Type.Array(PERMISSIONS.view),
        reads: true,
      }),
    },
    {
      method: 'POST',
      path: ofRole,
      handler: changeRole('grant'),
      operation: ofRoles('grantRolePermissions', 'Adds permissions to a role, all or none of them', permissionIds),
    },
    {
      method: 'PATCH',
      path: ofRole,
      handler: changeRole('grant'),
      operation: ofRoles('addRolePermissions', 'Adds permissions to a role, as older clients do', permissionIds),
    },
    {
      method: 'DELETE',
      path: ofRole,
      handler: changeRole('take'),
      operation: ofRoles('takeRolePermissions', 'Takes permissions from a role', permissionIds),
    },
    {
      method: 'GET',
      path: ofPermission,
      handler: (request) => showRoles(request, context),
      operation: ofPermissions('getPermissionRoles', 'The roles of which a permission is part', {
        data: Type.Array(ROLES.view),
        reads: true,
      }),
    },
    {
      method: 'POST',
      path: ofPermission,
      handler: changePermission('grant'),
      operation: ofPermissions(
        'grantPermissionRoles',
        'Makes a permission part of roles, all or none of them',
        roleIds,
      ),
    },
    {
      method: 'DELETE',
      path: ofPermission,
      handler: changePermission('take'),
      operation: ofPermissions('takePermissionRoles', 'Takes a permission from roles', roleIds),
    },
  ];
}

function showPermissions(request: FastifyRequest, context: Context) {
  return showSettings(request, context, 'role_read', (catalogue) => {
    const { permissions } = entryOf(ROLES, catalogue, idOf(request));
    return catalogue.section.permissions
      .filter(({ code }) => permissions.includes(code))
      .map((permission) => PERMISSIONS.show(permission, catalogue));
  });
}

function showRoles(request: FastifyRequest, context: Context) {
  return showSettings(request, context, 'role_read', (catalogue) => {
    const { code } = entryOf(PERMISSIONS, catalogue, idOf(request));
    return catalogue.roles
      .filter(({ permissions }) => permissions.includes(code))
      .map((role) => ROLES.show(role, catalogue));
  });
}

function changePermissionsOfRole(context: Context, way: Way): Handler {
  return changing(context, {
    name: `${way}-role-permissions`,
    needs: ['role_update'],
    read: permissionIdsIn,
    change: (catalogue, named, request) => {
      const role = entryOf(ROLES, catalogue, idOf(request));
      return withPermissions(catalogue, [role], entriesOf(PERMISSIONS, catalogue, named), way);
    },
  });
}

function changeRolesOfPermission(context: Context, way: Way): Handler {
  return changing(context, {
    name: `${way}-permission-roles`,
    needs: ['role_update'],
    read: roleIdsIn,
    change: (catalogue, named, request) => {
      const permission = entryOf(PERMISSIONS, catalogue, idOf(request));
      return withPermissions(catalogue, entriesOf(ROLES, catalogue, named), [permission], way);
    },
  });
}

/** All or nothing. Roles that have them, or lack them, already stay the same ones. */
function withPermissions(
  catalogue: Catalogue,
  roles: readonly RoleDefinition[],
  permissions: readonly PermissionDefinition[],
  way: Way,
): Catalogue {
  if (roles.some(({ builtIn }) => builtIn)) throw isFixed(ROLES.name);
  const codes = permissions.map(({ code }) => code);
  const changed = new Map(
    roles.flatMap((role) => {
      const left = role.permissions.filter((code) => !codes.includes(code));
      const next = way === 'take' ? left : [...new Set([...role.permissions, ...codes])];
      return next.length === role.permissions.length ? [] : [[role.id, { ...role, permissions: next }] as const];
    }),
  );
  return { ...catalogue, roles: catalogue.roles.map((role) => changed.get(role.id) ?? role) };
}
