import { type Static, Type } from 'typebox';
import { reader } from '../../shared/schema.ts';
import { FeatureDetails } from '../models.ts';
import { type FeatureDefinition, STATUSES } from '../section.ts';
import { featureView } from '../settings-view.ts';
import { integer, kept, keptOf, name, place, status, statusOf, text } from './body.ts';
import { withSection } from './catalogue.ts';
import { type Kind, refuseTaken } from './kind.ts';

const FeatureBody = Type.Object({
  code: name(),
  name: name(),
  unit: text(),
  defaultValue: integer(),
  helpURL: text(),
  image: text(),
  styles: text(),
  description: text(),
  tags: text(),
  zOrder: place(),
  status: status(),
});
type FeatureBody = Static<typeof FeatureBody>;

const NAME = 'Feature';
const NULLABLE = ['unit', 'defaultValue', 'helpURL', 'image', 'styles', 'description', 'tags'] as const;
/** Of a new one, when nothing is said. */
const FIRST = 1;

/** What packages contain. Consumption names a feature by its code. */
export const FEATURES: Kind<FeatureDefinition, FeatureBody> = {
  name: NAME,
  slug: 'feature',
  title: 'Features',
  path: '/features',
  entries: ({ section }) => section.features,
  withEntries: (catalogue, features) => withSection(catalogue, { features }),
  body: reader(FeatureBody),
  make: (body, known, { section }, { id, createdAt }) => {
    const { code } = body;
    refuseTaken(NAME, code, section.features, known);
    return {
      ...(known ?? { id, createdAt }),
      code,
      name: body.name,
      ...keptOf(NULLABLE, body, known),
      zOrder: kept(body.zOrder, known === null ? FIRST : known.zOrder),
      status: statusOf(body.status, known?.status),
    };
  },
  view: FeatureDetails,
  show: (entry, { id }) => featureView(entry, id),
  readers: 'members',
  needs: { create: 'package_create', update: 'package_update', delete: 'package_delete' },
  release: (catalogue, { id }) => {
    const packages = catalogue.section.packages.map((entry) => {
      const features = entry.features.filter(({ featureId }) => featureId !== id);
      return features.length === entry.features.length ? entry : { ...entry, features };
    });
    return withSection(catalogue, { packages });
  },
  listing: {
    isPaged: false,
    texts: ['name', 'description', 'tags'],
    exact: ['code', 'unit'],
    words: { status: STATUSES },
    sorts: ['zOrder', 'code', 'name'],
  },
};
