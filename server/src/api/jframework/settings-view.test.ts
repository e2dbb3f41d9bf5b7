import { describe, expect, it } from 'vitest';
import type { FeatureDefinition, PackageDefinition } from './section.ts';
import { packageView } from './settings-view.ts';

const feature: FeatureDefinition = {
  id: 'f',
  code: 'SEATS',
  name: 'Seats',
  title: null,
  type: 'Limitation',
  unit: 'seat',
  quantity: null,
  value: null,
  defaultValue: null,
  isUnlimited: false,
  resetPolicy: 'Lifetime',
  customIntervalDays: null,
  helpURL: null,
  image: null,
  description: null,
  tags: null,
  styles: null,
  zOrder: null,
  status: 'Active',
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
  features: [],
  prices: [],
};

describe('packageView', () => {
  it.each([
    [{ quantity: 3 }, 3, 3],
    [{ value: 4 }, 4, 4],
    [{ quantity: 3, value: 4 }, 3, 4],
    [{ quantity: 0 }, 0, 0],
    [{}, null, null],
  ])('given a feature of %j, when it is shown, then old and new clients find the amount', (amount, quantity, value) => {
    const [shown] = packageView({ ...entry, features: [{ ...feature, ...amount }] }, 'b').features;
    expect(shown).toMatchObject({ quantity, value, parentBrandId: 'b' });
  });
});
