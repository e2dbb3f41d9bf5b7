import { type Static, Type } from 'typebox';
import type { RoleDefinition } from '../../../core/organization.ts';
import { reader } from '../../shared/schema.ts';
import { codeKey } from '../entitlement.ts';
import { PermissionView } from '../models.ts';
import type { PermissionDefinition } from '../section.ts';
import { permissionView } from '../settings-view.ts';
import { id as idMember, keptOf, name, text } from './body.ts';
import { type Catalogue, withSection } from './catalogue.ts';
import { type Kind, notFound, refuseTaken } from './kind.ts';

/** `resourceTypeId` is the id of a resource type, or its code. */
const PermissionBody = Type.Object({
  resourceTypeId: idMember(),
  code: name(),
  name: name(),
  description: text(),
  tags: text(),
});
type PermissionBody = Static<typeof PermissionBody>;

const NAME = 'Permission';

/** What roles consist of. Those that are not built in mean something to applications alone. */
export const PERMISSIONS: Kind<PermissionDefinition, PermissionBody> = {
  name: NAME,
  slug: 'permission',
  title: 'Permissions',
  path: '/permissions',
  entries: ({ section }) => section.permissions,
  withEntries: (catalogue, permissions) => withSection(catalogue, { permissions }),
  body: reader(PermissionBody),
  make: (body, known, { section }, { id, guid, createdAt }) => {
    const { code } = body;
    const key = codeKey(body.resourceTypeId);
    const type = section.resourceTypes.find((one) => one.id === body.resourceTypeId || codeKey(one.code) === key);
    if (type === undefined) throw notFound('ResourceType');
    refuseTaken(NAME, code, section.permissions, known);
    const values = {
      resourceTypeId: type.id,
      code,
      name: body.name,
      ...keptOf(['description', 'tags'], body, known),
    };
    return known === null ? { id, guid, ...values, builtIn: false, createdAt } : { ...known, ...values };
  },
  view: PermissionView,
  show: (entry, { id }) => permissionView(entry, id),
  readers: 'role_read',
  needs: { create: 'role_create', update: 'role_update', delete: 'role_delete' },
  // Roles name permissions by their codes.
  settle: (catalogue, { code }, before) =>
    before === null
      ? catalogue
      : inRoles(catalogue, before.code, (codes) => codes.map((one) => (one === before.code ? code : one))),
  release: (catalogue, { code }) => inRoles(catalogue, code, (codes) => codes.filter((one) => one !== code)),
  listing: {
    isPaged: true,
    texts: ['name', 'tags', 'description'],
    exact: ['code', 'resourceTypeId'],
    words: { type: ['None', 'All', 'BuiltIn', 'Custom'] },
    sorts: ['code', 'name', 'tags', 'type'],
  },
};

type Change = (codes: readonly string[]) => readonly string[];

/** Only the roles that hold the permission are other ones afterwards: those must be the caller's to change. */
function inRoles(catalogue: Catalogue, code: string, change: Change): Catalogue {
  const changed = (role: RoleDefinition): RoleDefinition =>
    role.permissions.includes(code) ? { ...role, permissions: change(role.permissions) } : role;
  return { ...catalogue, roles: catalogue.roles.map(changed) };
}
