import { type Static, Type } from 'typebox';
import { holdingName } from '../../../core/organization.ts';
import { reader } from '../../shared/schema.ts';
import { codeKey } from '../entitlement.ts';
import type { PackageDefinition } from '../section.ts';
import { packageView } from '../settings-view.ts';
import { flag, kept, name, place, status, statusOf, text } from './body.ts';
import { withSection } from './catalogue.ts';
import { type Kind, taken } from './kind.ts';

const PackageBody = Type.Object({
  code: name(),
  name: name(),
  imageURL: text(),
  patternAvatarURL: text(),
  styles: text(),
  description: text(),
  tags: text(),
  tier: place(),
  zOrder: place(),
  isFree: flag(),
  isDefault: flag(),
  status: status(),
});
type PackageBody = Static<typeof PackageBody>;

const NAME = 'Package';

/**
 * What users have. At most one is the default, which new users get. As with roles, users hold it by a name that no other
 * package ever gets: when it ends, nobody has it any more.
 */
export const PACKAGES: Kind<PackageDefinition, PackageBody> = {
  name: NAME,
  slug: 'package',
  path: '/packages',
  entries: ({ section }) => section.packages,
  withEntries: (catalogue, packages) => withSection(catalogue, { packages }),
  body: reader(PackageBody),
  make: (body, known, { section }, { id, createdAt }) => {
    const { code } = body;
    if (section.packages.some((other) => other !== known && codeKey(other.code) === codeKey(code))) throw taken(NAME);
    const heldAs = known === null ? id : holdingName(known);
    return {
      ...(known ?? { id, createdAt, features: [] }),
      code,
      name: body.name,
      imageURL: kept(body.imageURL, known?.imageURL),
      patternAvatarURL: kept(body.patternAvatarURL, known?.patternAvatarURL),
      styles: kept(body.styles, known?.styles),
      description: kept(body.description, known?.description),
      tags: kept(body.tags, known?.tags),
      isFree: kept(body.isFree, known?.isFree) ?? false,
      tier: kept(body.tier, known?.tier),
      zOrder: kept(body.zOrder, known?.zOrder),
      isDefault: kept(body.isDefault, known?.isDefault) ?? false,
      status: statusOf(body.status, known?.status),
      ...(heldAs !== code && { heldAs }),
    };
  },
  show: (entry, { id, section }) => packageView(entry, section, id),
  readers: 'everybody',
  needs: { create: 'package_create', update: 'package_update', delete: 'package_delete' },
  settle: (catalogue, entry) => {
    if (!entry.isDefault) return catalogue;
    const packages = catalogue.section.packages.map((other) =>
      other.isDefault && other.id !== entry.id ? { ...other, isDefault: false } : other,
    );
    return withSection(catalogue, { packages });
  },
  release: (catalogue, { id }) =>
    withSection(catalogue, { prices: catalogue.section.prices.filter(({ packageId }) => packageId !== id) }),
  listing: {
    isPaged: false,
    texts: {
      name: (entry) => entry.name,
      description: ({ description }) => description,
      tags: ({ tags }) => tags,
    },
    exact: { code: ({ code }) => code },
    words: { status: { of: (entry) => entry.status, values: ['Inactive', 'Active'] } },
    flags: { isDefault: ({ isDefault }) => isDefault },
    sorts: { zOrder: ({ zOrder }) => zOrder, code: ({ code }) => code, name: (entry) => entry.name },
  },
};
