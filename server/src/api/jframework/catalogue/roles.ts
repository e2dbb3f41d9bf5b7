import { type Static, Type } from 'typebox';
import { holdingName, type RoleDefinition } from '../../../core/organization.ts';
import { isOrganizationRole } from '../../../core/values/role-names.ts';
import { reader } from '../../shared/schema.ts';
import { codeKey } from '../entitlement.ts';
import { roleView } from '../settings-view.ts';
import { kept, name, text } from './body.ts';
import { type Kind, taken } from './kind.ts';

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
  path: '/roles',
  entries: ({ roles }) => roles,
  withEntries: (catalogue, roles) => ({ ...catalogue, roles }),
  body: reader(RoleBody),
  make: (body, known, { roles }, { id, guid, createdAt }) => {
    const { code } = body;
    const isTaken = roles.some((other) => other !== known && codeKey(other.code) === codeKey(code));
    if (isTaken || isOrganizationRole(code.toUpperCase()) || FOREIGN.test(code)) throw taken(NAME);
    const values = {
      code,
      name: body.name,
      description: kept(body.description, known?.description),
      tags: kept(body.tags, known?.tags),
    };
    if (known === null) return { id, guid, ...values, builtIn: false, permissions: [], heldAs: id, createdAt };
    const held = holdingName(known);
    return { ...known, ...values, ...(held !== code && { heldAs: held }) };
  },
  show: (role, { id }) => roleView(role, id),
  readers: 'role_read',
  needs: { create: 'role_create', update: 'role_update', delete: 'role_delete' },
  isBuiltIn: ({ builtIn }) => builtIn,
  listing: {
    isPaged: true,
    texts: { name: (role) => role.name, description: ({ description }) => description },
    exact: { code: ({ code }) => code },
    words: {
      type: {
        of: ({ builtIn }) => (builtIn ? 'BuiltIn' : 'Custom'),
        values: ['None', 'All', 'BuiltIn', 'Custom'],
      },
    },
    sorts: { code: ({ code }) => code, name: (role) => role.name },
  },
};
