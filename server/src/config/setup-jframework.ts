import Type from 'typebox';
import { members, text } from './setup-values.ts';

const LONG = 4000;

function optionalText(description: string, max = LONG) {
  return Type.Optional(text(description, { max }));
}

function optionalFlag(description: string) {
  return Type.Optional(Type.Boolean({ description, default: false }));
}

function optionalInteger(description: string, minimum?: number) {
  return Type.Optional(Type.Integer({ description, ...(minimum === undefined ? {} : { minimum }) }));
}

const code = text('Code that clients know it by.');
const name = text('Name to show.');
const description = optionalText('Description to show.');
const tags = optionalText('Tags, such as "#Admin".');
const styles = optionalText('Styles for clients: a string that holds JSON.');
const zOrder = optionalInteger('Place in lists.');
const status = Type.Optional(Type.Enum(['Active', 'Inactive'], { description: 'Status.', default: 'Active' }));

const Role = members({
  code: text('Code of the role, as users hold it.'),
  name,
  description,
  tags,
  permissions: Type.Array(text('Permission code.', { pattern: '^[A-Z_]+\\.[A-Z_]+$' }), {
    description:
      'What the role allows: USER, ROLE or PACKAGE with CREATE, READ, UPDATE or DELETE, BRAND.UPDATE, or what applications ask for.',
    uniqueItems: true,
  }),
});

const Feature = members({
  code,
  name,
  title: optionalText('Title to show.'),
  type: Type.Optional(Type.Enum(['Function', 'Limitation'], { description: 'Kind of feature.', default: 'Function' })),
  unit: optionalText('What is counted.'),
  quantity: optionalInteger('How many; the older name of value.', 0),
  value: optionalInteger('How many.', 0),
  defaultValue: optionalInteger('How many when the package does not say.', 0),
  isUnlimited: optionalFlag('Whether there is no limit.'),
  resetPolicy: Type.Optional(
    Type.Enum(['Lifetime', 'Daily', 'Weekly', 'Monthly', 'Yearly', 'Custom'], {
      description: 'When the count starts anew.',
      default: 'Lifetime',
    }),
  ),
  customIntervalDays: optionalInteger('Days between resets, with resetPolicy Custom.', 1),
  helpURL: optionalText('Address of a help page.'),
  image: optionalText('Address of an image.'),
  description,
  tags,
  styles,
  zOrder,
  status,
});

const Price = members({
  code,
  name,
  amount: Type.Number({ description: 'Amount in the currency.', minimum: 0 }),
  currency: text('ISO 4217 code.', { pattern: '^[A-Z]{3}$' }),
  description,
  checkoutLink: optionalText('Address of the checkout page.'),
  tags,
  subscriptionName: optionalText('Name of the subscription type.'),
  subscriptionTypeId: optionalText('Id of the subscription type.'),
  zOrder,
});

const Package = members({
  code,
  name,
  isDefault: optionalFlag('Whether new users get this package; at most one per organization.'),
  isFree: optionalFlag('Whether the package costs nothing.'),
  tier: optionalInteger('Rank among the packages.'),
  description,
  tags,
  styles,
  imageURL: optionalText('Address of an image.'),
  patternAvatarURL: optionalText('Address of an avatar pattern.'),
  zOrder,
  status,
  features: Type.Optional(Type.Array(Feature, { description: 'What the package contains.' })),
  prices: Type.Optional(Type.Array(Price, { description: 'What the package costs.' })),
});

/** The section of an organization that is also a JFramework brand. */
export const JFrameworkSection = members(
  {
    brandUrls: Type.Array(text('Domain or address of the brand.'), {
      description: 'What clients may send as Brand-URL: domains or addresses, of which only the host counts.',
      minItems: 1,
    }),
    passwordPolicyLevel: Type.Optional(
      Type.Enum(['Low', 'Medium', 'High'], {
        description: 'What a password set through this dialect must contain.',
        default: 'Low',
      }),
    ),
    domainWhiteListURLs: Type.Optional(
      Type.Array(text('Domain or address.'), {
        description:
          'Where links in mails may lead besides the brand: domains or addresses, of which only the host counts.',
      }),
    ),
    hidesUnknownAddresses: optionalFlag(
      'Whether a forgotten password is answered alike for addresses that nobody has.',
    ),
    updateRequires: Type.Optional(
      Type.Enum(['usernameAndEmail', 'nothing'], {
        description: 'Which members an update of a user must carry.',
        default: 'usernameAndEmail',
      }),
    ),
    roles: Type.Optional(Type.Array(Role, { description: "The brand's own roles." })),
    packages: Type.Optional(Type.Array(Package, { description: 'The packages that users may have.' })),
  },
  'Switches the JFramework dialect on.',
);
