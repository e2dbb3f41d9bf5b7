import { type Static, Type } from 'typebox';
import { reader } from '../../shared/schema.ts';
import { codeKey } from '../entitlement.ts';
import type { FeatureDefinition } from '../section.ts';
import { featureView } from '../settings-view.ts';
import { integer, kept, name, place, status, statusOf, text } from './body.ts';
import { withSection } from './catalogue.ts';
import { type Kind, taken } from './kind.ts';

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
/** Of a new one, when nothing is said. */
const FIRST = 1;

/** What packages contain. Consumption names a feature by its code. */
export const FEATURES: Kind<FeatureDefinition, FeatureBody> = {
  name: NAME,
  slug: 'feature',
  path: '/features',
  entries: ({ section }) => section.features,
  withEntries: (catalogue, features) => withSection(catalogue, { features }),
  body: reader(FeatureBody),
  make: (body, known, { section }, { id, createdAt }) => {
    const { code } = body;
    if (section.features.some((other) => other !== known && codeKey(other.code) === codeKey(code))) throw taken(NAME);
    return {
      ...(known ?? { id, createdAt }),
      code,
      name: body.name,
      unit: kept(body.unit, known?.unit),
      defaultValue: kept(body.defaultValue, known?.defaultValue),
      helpURL: kept(body.helpURL, known?.helpURL),
      image: kept(body.image, known?.image),
      styles: kept(body.styles, known?.styles),
      description: kept(body.description, known?.description),
      tags: kept(body.tags, known?.tags),
      zOrder: kept(body.zOrder, known === null ? FIRST : known.zOrder),
      status: statusOf(body.status, known?.status),
    };
  },
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
    texts: {
      name: (entry) => entry.name,
      description: ({ description }) => description,
      tags: ({ tags }) => tags,
    },
    exact: { code: ({ code }) => code, unit: ({ unit }) => unit },
    words: { status: { of: (entry) => entry.status, values: ['Inactive', 'Active'] } },
    sorts: { zOrder: ({ zOrder }) => zOrder, code: ({ code }) => code, name: (entry) => entry.name },
  },
};
