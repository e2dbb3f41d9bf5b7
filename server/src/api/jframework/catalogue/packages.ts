import { type Static, Type } from 'typebox';
import { holdingName } from '../../../core/organization.ts';
import { reader } from '../../shared/schema.ts';
import { PackageView } from '../models.ts';
import { type PackageDefinition, STATUSES } from '../section.ts';
import { packageView } from '../settings-view.ts';
import { flag, kept, keptOf, name, place, status, statusOf, text } from './body.ts';
import { withSection } from './catalogue.ts';
import { type Kind, oneDefault, refuseTaken } from './kind.ts';

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
const NULLABLE = ['imageURL', 'patternAvatarURL', 'styles', 'description', 'tags', 'tier', 'zOrder'] as const;

/**
 * What users have. At most one is the default, which new users get. As with roles, users hold it by a name that no other
 * package ever gets: when it ends, nobody has it any more.
 */
export const PACKAGES: Kind<PackageDefinition, PackageBody> = {
  name: NAME,
  slug: 'package',
  title: 'Packages',
  path: '/packages',
  entries: ({ section }) => section.packages,
  withEntries: (catalogue, packages) => withSection(catalogue, { packages }),
  body: reader(PackageBody),
  make: (body, known, { section }, { id, createdAt }) => {
    const { code } = body;
    refuseTaken(NAME, code, section.packages, known);
    const heldAs = known === null ? id : holdingName(known);
    return {
      ...(known ?? { id, createdAt, features: [] }),
      code,
      name: body.name,
      ...keptOf(NULLABLE, body, known),
      isFree: kept(body.isFree, known?.isFree) ?? false,
      isDefault: kept(body.isDefault, known?.isDefault) ?? false,
      status: statusOf(body.status, known?.status),
      ...(heldAs !== code && { heldAs }),
    };
  },
  view: PackageView,
  show: (entry, { id, section }) => packageView(entry, section, id),
  readers: 'everybody',
  needs: { create: 'package_create', update: 'package_update', delete: 'package_delete' },
  settle: (catalogue, entry) => withSection(catalogue, { packages: oneDefault(catalogue.section.packages, entry) }),
  release: (catalogue, { id }) =>
    withSection(catalogue, { prices: catalogue.section.prices.filter(({ packageId }) => packageId !== id) }),
  listing: {
    isPaged: false,
    texts: ['name', 'description', 'tags'],
    exact: ['code'],
    words: { status: STATUSES },
    flags: ['isDefault'],
    sorts: ['zOrder', 'code', 'name'],
  },
};
