import { describe, expect, it } from 'vitest';
import { type FeatureDefinition, type PackageDefinition, type PackageFeature, sectionOf } from './section.ts';
import { packageView } from './settings-view.ts';

const feature: FeatureDefinition = {
  id: 'f',
  code: 'SEATS',
  name: 'Seats',
  unit: 'seat',
  defaultValue: null,
  helpURL: null,
  image: null,
  description: null,
  tags: null,
  styles: null,
  zOrder: null,
  status: 'Active',
};
const held: PackageFeature = {
  featureId: 'f',
  title: null,
  type: 'Limitation',
  unit: null,
  value: 3,
  isUnlimited: false,
  resetPolicy: 'Lifetime',
  customIntervalDays: null,
};
const entry: PackageDefinition = {
  id: 'p',
  code: 'STANDARD',
  name: 'Standard',
  imageURL: null,
  patternAvatarURL: null,
  styles: null,
  description: null,
  tags: null,
  isFree: true,
  tier: null,
  zOrder: null,
  isDefault: true,
  status: 'Active',
  features: [held],
  heldAs: 'FORMER',
  createdAt: 1,
};
const price = {
  id: 'c',
  packageId: 'p',
  subscriptionTypeId: 's',
  subscriptionName: 'Freely named',
  code: 'MONTH',
  name: 'Monthly',
  amount: 10,
  currency: 'USD',
  description: null,
  checkoutLink: null,
  tags: null,
  zOrder: null,
};
const section = sectionOf({
  hosts: [],
  passwordPolicyLevel: 'Low',
  updateRequires: 'nothing',
  packages: [entry],
  features: [feature],
  prices: [price, { ...price, id: 'other', packageId: 'other' }],
});
const shown = (change: Partial<typeof section> = {}, of = entry) => packageView(of, { ...section, ...change }, 'b');

describe('packageView', () => {
  it('given the amount of a feature, when it is shown, then old and new clients find it', () => {
    expect(shown().features).toMatchObject([{ code: 'SEATS', quantity: 3, value: 3, parentBrandId: 'b' }]);
  });

  it('given a unit, when the package has none of its own, then it is that of the feature', () => {
    const ownUnit = { ...entry, features: [{ ...held, unit: 'chair' }] };
    expect([shown(), shown({}, ownUnit)].map(({ features: [first] }) => first?.unit)).toEqual(['seat', 'chair']);
  });

  it('given a feature that is gone, when it is shown, then it is left out', () => {
    expect(shown({ features: [] }).features).toEqual([]);
  });

  it("given prices, when it is shown, then its own are there, with the subscription type's name", () => {
    const subscriptionTypes = [
      {
        id: 's',
        name: 'By month',
        unit: 'Month',
        quantity: 1,
        description: null,
        tags: null,
        zOrder: null,
        isDefault: false,
        status: 'Active',
      } as const,
    ];
    const common = { id: 'c', packageId: 'p', packageName: 'Standard' };
    expect(shown().prices).toMatchObject([{ ...common, subscriptionName: 'Freely named' }]);
    expect(shown({ subscriptionTypes }).prices).toMatchObject([{ ...common, subscriptionName: 'By month' }]);
  });

  it('given what only the server needs, when it is shown, then that stays here', () => {
    expect(Object.keys(shown())).not.toEqual(expect.arrayContaining(['heldAs']));
    expect(shown()).not.toHaveProperty('createdAt');
  });
});
