import { type Static, Type } from 'typebox';
import { reader } from '../../shared/schema.ts';
import { ResourceTypeView } from '../models.ts';
import type { ResourceTypeDefinition } from '../section.ts';
import { resourceTypeView } from '../settings-view.ts';
import { kept, name, text } from './body.ts';
import { withSection } from './catalogue.ts';
import { inUse, type Kind, refuseTaken } from './kind.ts';

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
  title: 'Resource types',
  path: '/resource-types',
  entries: ({ section }) => section.resourceTypes,
  withEntries: (catalogue, resourceTypes) => withSection(catalogue, { resourceTypes }),
  body: reader(ResourceTypeBody),
  make: ({ code, name: shownAs, description, tags }, known, { section }, { id, guid, createdAt }) => {
    refuseTaken(NAME, code, section.resourceTypes, known);
    const values = { code, name: shownAs, description, tags: kept(tags, known?.tags) };
    return known === null ? { id, guid, ...values, builtIn: false, createdAt } : { ...known, ...values };
  },
  view: ResourceTypeView,
  show: (entry, { id }) => resourceTypeView(entry, id),
  readers: 'role_read',
  needs: { create: 'role_create', update: 'role_update', delete: 'role_delete' },
  release: (catalogue, { id }) => {
    if (catalogue.section.permissions.some(({ resourceTypeId }) => resourceTypeId === id)) throw inUse(NAME);
    return catalogue;
  },
  listing: {
    isPaged: false,
    texts: ['name', 'description', 'tags'],
    exact: ['code'],
    words: { type: ['All', 'BuiltIn', 'Custom'] },
    sorts: ['code', 'name'],
  },
};
