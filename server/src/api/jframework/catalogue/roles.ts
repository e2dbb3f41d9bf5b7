import { type Static, Type } from 'typebox';
import { holdingName, type RoleDefinition } from '../../../core/organization.ts';
import { isOrganizationRole } from '../../../core/values/role-names.ts';
import { reader } from '../../shared/schema.ts';
import { RoleView } from '../models.ts';
import { roleView } from '../settings-view.ts';
import { keptOf, name, text } from './body.ts';
import { type Kind, refuseTaken, taken } from './kind.ts';

const RoleBody = Type.Object({ code: name(), name: name(), description: text(), tags: text() });
type RoleBody = Static<typeof RoleBody>;

const NAME = 'Role';
/** Roles that other APIs know, of organizations and of the whole instance: a brand's own must not look like one. */
const FOREIGN = /^IAM_/i;

/**
 * The roles of a brand. A new one allows nothing yet. Users hold a role by a name that no other role ever gets, so the end
 * of a role ends it for everybody who holds it, at once and whatever their number: no record need be touched.
 */
export const ROLES: Kind<RoleDefinition & { readonly createdAt?: number }, RoleBody> = {
  name: NAME,
  slug: 'role',
  title: 'Roles',
  path: '/roles',
  entries: ({ roles }) => roles,
  withEntries: (catalogue, roles) => ({ ...catalogue, roles }),
  body: reader(RoleBody),
  make: (body, known, { roles }, { id, guid, createdAt }) => {
    const { code } = body;
    refuseTaken(NAME, code, roles, known);
    if (isOrganizationRole(code.toUpperCase()) || FOREIGN.test(code)) throw taken(NAME);
    const values = {
      code,
      name: body.name,
      ...keptOf(['description', 'tags'], body, known),
    };
    if (known === null) return { id, guid, ...values, builtIn: false, permissions: [], heldAs: id, createdAt };
    const held = holdingName(known);
    return { ...known, ...values, ...(held !== code && { heldAs: held }) };
  },
  view: RoleView,
  show: (role, { id }) => roleView(role, id),
  readers: 'role_read',
  needs: { create: 'role_create', update: 'role_update', delete: 'role_delete' },
  listing: {
    isPaged: true,
    texts: ['name', 'description'],
    exact: ['code'],
    words: { type: ['None', 'All', 'BuiltIn', 'Custom'] },
    sorts: ['code', 'name'],
  },
};
