import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { jsonBody } from '../../shared/body.ts';
import { paramsOf } from '../../shared/dialect.ts';
import { Fault } from '../../shared/faults.ts';
import type { Handler, Route } from '../../shared/route.ts';
import { reader, type SchemaReader } from '../../shared/schema.ts';
import { idOf } from '../call.ts';
import { operationsOf } from '../documentation/operation.ts';
import { pascalCase } from '../fields.ts';
import { FeatureView } from '../models.ts';
import { invalidBody, readBody } from '../read-body.ts';
import { FEATURE_TYPES, type PackageDefinition, type PackageFeature, RESET_POLICIES } from '../section.ts';
import type { Context } from '../services.ts';
import { packageFeatureView } from '../settings-view.ts';
import { flag, id, integer, kept, Problems, text, word } from './body.ts';
import { type Catalogue, withSection } from './catalogue.ts';
import { changing, showSettings } from './change-settings.ts';
import { FEATURES } from './features.ts';
import { idsAsked, idsIn } from './ids-in.ts';
import { entriesOf, entryOf, notFound } from './kind.ts';
import { PACKAGES } from './packages.ts';

/** `quantity` is the older name of `value`, and older clients leave out the type. */
const HELD = {
  type: word(FEATURE_TYPES),
  title: text(),
  unit: text(),
  value: integer(),
  quantity: integer(),
  isUnlimited: flag(),
  resetPolicy: word(RESET_POLICIES),
  customIntervalDays: integer(1),
};
const Held = Type.Object(HELD);
type Held = Static<typeof Held>;

/** Most entries of one body. */
const MOST = 200;
const held = reader(Held);
const heldFeatures = reader(Type.Array(Type.Object({ featureId: id(), ...HELD }), { minItems: 1, maxItems: MOST }));
const heldInPackages = reader(Type.Array(Type.Object({ packageId: id(), ...HELD }), { minItems: 1, maxItems: MOST }));
const featureIdsIn = idsIn('featureIds');
const packageIdsIn = idsIn('packageIds');

const ofPackages = operationsOf(PACKAGES.title);
const ofFeatures = operationsOf(FEATURES.title);

/** What packages contain, from both sides. */
export function packageFeatureRoutes(context: Context): Route[] {
  const ofPackage = '/api/v1/packages/:id/features';
  const ofFeature = '/api/v1/features/:id/packages';
  return [
    {
      method: 'GET',
      path: ofPackage,
      handler: (request) => showFeatures(request, context),
      operation: ofPackages('getPackageFeatures', 'What a package contains', {
        access: 'anybody',
        data: Type.Array(FeatureView),
        reads: true,
      }),
    },
    {
      method: 'POST',
      path: ofPackage,
      handler: addFeatures(context),
      operation: ofPackages('addPackageFeatures', 'Puts features into a package', { body: heldFeatures.schema }),
    },
    {
      method: 'PUT',
      path: `${ofPackage}/:featureId`,
      handler: updateFeature(context),
      operation: ofPackages('updatePackageFeature', 'Changes what a package says of a feature', { body: Held }),
    },
    {
      method: 'DELETE',
      path: ofPackage,
      handler: removeFeatures(context),
      operation: ofPackages('removePackageFeatures', 'Takes features out of a package', idsAsked('featureIds')),
    },
    {
      method: 'GET',
      path: ofFeature,
      handler: (request) => showPackages(request, context),
      operation: ofFeatures('getFeaturePackages', 'The packages that contain a feature', {
        data: Type.Array(PACKAGES.view),
        reads: true,
      }),
    },
    {
      method: 'POST',
      path: ofFeature,
      handler: addToPackages(context),
      operation: ofFeatures('addFeaturePackages', 'Puts a feature into packages', { body: heldInPackages.schema }),
    },
    {
      method: 'DELETE',
      path: ofFeature,
      handler: removeFromPackages(context),
      operation: ofFeatures('removeFeaturePackages', 'Takes a feature out of packages', idsAsked('packageIds')),
    },
  ];
}

function showFeatures(request: FastifyRequest, context: Context) {
  return showSettings(request, context, 'everybody', (catalogue) => {
    const { id, section } = catalogue;
    const { features } = entryOf(PACKAGES, catalogue, idOf(request));
    return features.flatMap((one) => packageFeatureView(one, section, id) ?? []);
  });
}

function showPackages(request: FastifyRequest, context: Context) {
  return showSettings(request, context, 'members', (catalogue) => {
    const feature = entryOf(FEATURES, catalogue, idOf(request));
    return catalogue.section.packages
      .filter(({ features }) => features.some(({ featureId }) => featureId === feature.id))
      .map((entry) => PACKAGES.show(entry, catalogue));
  });
}

function addFeatures(context: Context): Handler {
  return changing(context, {
    name: 'add-package-features',
    needs: ['package_update'],
    read: (request) => readList(request, heldFeatures),
    change: (catalogue, sent, request) => {
      const entry = entryOf(PACKAGES, catalogue, idOf(request));
      for (const { featureId } of sent) entryOf(FEATURES, catalogue, featureId);
      return withPackages(catalogue, [sent.reduce((next, one) => holding(next, one.featureId, one), entry)]);
    },
  });
}

function addToPackages(context: Context): Handler {
  return changing(context, {
    name: 'add-feature-packages',
    needs: ['package_update'],
    read: (request) => readList(request, heldInPackages),
    change: (catalogue, sent, request) => {
      const feature = entryOf(FEATURES, catalogue, idOf(request));
      return sent.reduce((next, one) => {
        const entry = entryOf(PACKAGES, next, one.packageId);
        return withPackages(next, [holding(entry, feature.id, one)]);
      }, catalogue);
    },
  });
}

function updateFeature(context: Context): Handler {
  return changing(context, {
    name: 'update-package-feature',
    needs: ['package_update'],
    read: (request) => readBody(request, held),
    change: (catalogue, sent, request) => {
      const { featureId = '' } = paramsOf(request);
      const entry = entryOf(PACKAGES, catalogue, idOf(request));
      if (!entry.features.some((one) => one.featureId === featureId)) throw notFound(FEATURES.name);
      return withPackages(catalogue, [holding(entry, featureId, sent)]);
    },
  });
}

function removeFeatures(context: Context): Handler {
  return changing(context, {
    name: 'remove-package-features',
    needs: ['package_update'],
    read: featureIdsIn,
    change: (catalogue, named, request) => {
      const entry = entryOf(PACKAGES, catalogue, idOf(request));
      entriesOf(FEATURES, catalogue, named);
      return withPackages(catalogue, [without(entry, named)]);
    },
  });
}

function removeFromPackages(context: Context): Handler {
  return changing(context, {
    name: 'remove-feature-packages',
    needs: ['package_update'],
    read: packageIdsIn,
    change: (catalogue, named, request) => {
      const feature = entryOf(FEATURES, catalogue, idOf(request));
      const entries = entriesOf(PACKAGES, catalogue, named);
      return withPackages(
        catalogue,
        entries.map((entry) => without(entry, [feature.id])),
      );
    },
  });
}

/** The package with a feature, in the place of what it said of it before. What is left out stays as it was. */
function holding(entry: PackageDefinition, featureId: string, sent: Held): PackageDefinition {
  const known = entry.features.find((one) => one.featureId === featureId);
  const next = packageFeatureOf(featureId, sent, known);
  if (known === undefined) return { ...entry, features: [...entry.features, next] };
  return { ...entry, features: entry.features.map((one) => (one === known ? next : one)) };
}

function without(entry: PackageDefinition, featureIds: readonly string[]): PackageDefinition {
  return { ...entry, features: entry.features.filter(({ featureId }) => !featureIds.includes(featureId)) };
}

/** @throws Refusal 400 */
function packageFeatureOf(featureId: string, sent: Held, known: PackageFeature | undefined): PackageFeature {
  const value = kept(sent.value === undefined ? sent.quantity : sent.value, known?.value);
  const resetPolicy = kept(sent.resetPolicy, known?.resetPolicy) ?? 'Lifetime';
  const days = resetPolicy === 'Custom' ? kept(sent.customIntervalDays, known?.customIntervalDays) : null;
  const problems = new Problems();
  if ((resetPolicy === 'Custom' && days === null) || (resetPolicy !== 'Custom' && sent.customIntervalDays)) {
    problems.add(
      'customIntervalDays',
      'The customIntervalDays must be given with the reset policy Custom, and only then.',
    );
  }
  problems.throw();
  return {
    featureId,
    title: kept(sent.title, known?.title),
    type: kept(sent.type, known?.type) ?? (value === null ? 'Function' : 'Limitation'),
    unit: kept(sent.unit, known?.unit),
    value,
    isUnlimited: kept(sent.isUnlimited, known?.isUnlimited) ?? false,
    resetPolicy,
    customIntervalDays: days,
  };
}

/** The catalogue with these packages in the place of those of the same ids. */
function withPackages(catalogue: Catalogue, changed: readonly PackageDefinition[]): Catalogue {
  const byId = new Map(changed.map((entry) => [entry.id, entry]));
  return withSection(catalogue, { packages: catalogue.section.packages.map((entry) => byId.get(entry.id) ?? entry) });
}

/** A body that is a list. @throws Fault `malformed_body`, Refusal 400 with one error for each member of the wrong shape */
function readList<T>(request: FastifyRequest, shape: SchemaReader<T>): T {
  const body = jsonBody(request);
  if (!Array.isArray(body)) throw new Fault('malformed_body', 'The body must be a JSON array.');
  const result = shape.read(body);
  if ('value' in result) return result.value;
  const members = new Set(result.problems.map(({ path }) => path.split('.')[1] ?? 'body'));
  throw invalidBody(
    [...members].map((member) => ({ code: `Invalid${pascalCase(member)}`, message: `A ${member} is not valid.` })),
  );
}
