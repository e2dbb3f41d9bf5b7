import { type Static, Type } from 'typebox';
import { reader } from '../../shared/schema.ts';
import { codeKey } from '../entitlement.ts';
import type { ResourceTypeDefinition } from '../section.ts';
import { resourceTypeView } from '../settings-view.ts';
import { kept, name, text } from './body.ts';
import { withSection } from './catalogue.ts';
import { inUse, type Kind, taken } from './kind.ts';

const ResourceTypeBody = Type.Object({
  code: name(),
  name: name(),
  description: Type.String({ minLength: 1, maxLength: 4000 }),
  tags: text(),
});
type ResourceTypeBody = Static<typeof ResourceTypeBody>;

const NAME = 'ResourceType';

/** What permissions are about. */
export const RESOURCE_TYPES: Kind<ResourceTypeDefinition, ResourceTypeBody> = {
  name: NAME,
  slug: 'resource-type',
  path: '/resource-types',
  entries: ({ section }) => section.resourceTypes,
  withEntries: (catalogue, resourceTypes) => withSection(catalogue, { resourceTypes }),
  body: reader(ResourceTypeBody),
  make: ({ code, name: shownAs, description, tags }, known, { section }, { id, guid, createdAt }) => {
    if (section.resourceTypes.some((other) => other !== known && codeKey(other.code) === codeKey(code))) {
      throw taken(NAME);
    }
    const values = { code, name: shownAs, description, tags: kept(tags, known?.tags) };
    return known === null ? { id, guid, ...values, builtIn: false, createdAt } : { ...known, ...values };
  },
  show: (entry, { id }) => resourceTypeView(entry, id),
  readers: 'role_read',
  needs: { create: 'role_create', update: 'role_update', delete: 'role_delete' },
  isBuiltIn: ({ builtIn }) => builtIn,
  release: (catalogue, { id }) => {
    if (catalogue.section.permissions.some(({ resourceTypeId }) => resourceTypeId === id)) throw inUse(NAME);
    return catalogue;
  },
  listing: {
    isPaged: false,
    texts: {
      name: (entry) => entry.name,
      description: ({ description }) => description,
      tags: ({ tags }) => tags,
    },
    exact: { code: ({ code }) => code },
    words: { type: { of: ({ builtIn }) => (builtIn ? 'BuiltIn' : 'Custom'), values: ['All', 'BuiltIn', 'Custom'] } },
    sorts: { code: ({ code }) => code, name: (entry) => entry.name },
  },
};
