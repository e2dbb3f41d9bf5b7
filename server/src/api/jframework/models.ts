import { type Static, type TSchema, Type } from 'typebox';

const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
const members = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });
const text = Type.String();
const instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' });
const status = Type.Enum(['Inactive', 'Active']);

export const RoleView = members({
  id: text,
  parentBrandId: nullable(text),
  guid: text,
  code: text,
  name: text,
  description: nullable(text),
  tags: nullable(text),
  type: Type.Enum(['BuiltIn', 'Custom']),
  permissions: Type.Array(text),
});
export type RoleView = Static<typeof RoleView>;

/** The members of the page's layer, and those that came later: `value` beside `quantity`, the reset policy. */
export const FeatureView = members({
  id: text,
  parentBrandId: nullable(text),
  eventId: nullable(text),
  code: text,
  name: text,
  title: nullable(text),
  type: Type.Enum(['Function', 'Limitation']),
  unit: nullable(text),
  quantity: nullable(Type.Integer()),
  value: nullable(Type.Integer()),
  defaultValue: nullable(Type.Integer()),
  isUnlimited: Type.Boolean(),
  resetPolicy: text,
  customIntervalDays: nullable(Type.Integer()),
  helpURL: nullable(text),
  image: nullable(text),
  styles: nullable(text),
  description: nullable(text),
  tags: nullable(text),
  zOrder: nullable(Type.Integer()),
  status,
});
export type FeatureView = Static<typeof FeatureView>;

export const PriceView = members({
  id: text,
  code: text,
  name: text,
  amount: Type.Number(),
  currency: text,
  description: nullable(text),
  checkoutLink: nullable(text),
  tags: nullable(text),
  packageName: text,
  packageId: text,
  subscriptionName: nullable(text),
  subscriptionTypeId: nullable(text),
  zOrder: nullable(Type.Integer()),
});
export type PriceView = Static<typeof PriceView>;

export const PackageView = members({
  id: text,
  code: text,
  name: text,
  imageURL: nullable(text),
  patternAvatarURL: nullable(text),
  styles: nullable(text),
  description: nullable(text),
  tags: nullable(text),
  isFree: Type.Boolean(),
  tier: nullable(Type.Integer()),
  zOrder: nullable(Type.Integer()),
  isDefault: Type.Boolean(),
  status,
  features: Type.Array(FeatureView),
  prices: Type.Array(PriceView),
});
export type PackageView = Static<typeof PackageView>;

/** The short user: a referrer. Its roles are names. */
export const UserBase = members({
  id: text,
  code: text,
  avatar: nullable(text),
  packageId: nullable(text),
  packageCode: nullable(text),
  emailAddress: nullable(text),
  phoneNumber: nullable(text),
  nickName: nullable(text),
  roles: Type.Array(text),
});
export type UserBase = Static<typeof UserBase>;

export const UserStatus = Type.Enum(['Inactive', 'Active', 'Deleted', 'Suspended', 'Locked']);
export type UserStatus = Static<typeof UserStatus>;

/** The user but for what is made of several records or settings. */
export const OwnView = members({
  id: text,
  brandId: text,
  code: text,
  username: nullable(text),
  firstName: nullable(text),
  lastName: nullable(text),
  nickName: nullable(text),
  avatar: nullable(text),
  emailAddress: nullable(text),
  phoneNumber: nullable(text),
  website: nullable(text),
  bio: nullable(text),
  type: Type.Enum(['EndUser', 'Partner', 'Admin', 'SuperAdmin']),
  isEmailAddressVerified: Type.Boolean(),
  isUserVerified: Type.Boolean(),
  riskMark: nullable(Type.Integer()),
  referralCode: text,
  testMode: Type.Boolean(),
  tags: nullable(text),
  status: UserStatus,
  isSystem: Type.Boolean(),
  packageId: nullable(text),
  languageCode: Type.String({ pattern: '^[a-z]{2,3}-[A-Z]{2}$' }),
  countryCode: nullable(text),
  timeZoneId: nullable(text),
  expiryDate: nullable(instant),
  themeStyle: nullable(text),
  enableSignInDetection: nullable(Type.Boolean()),
  isUserIntegration: Type.Boolean(),
  createdDate: instant,
});
export type OwnView = Static<typeof OwnView>;

/** The full user. Every member is always there. */
export const UserView = members({
  ...OwnView.properties,
  parentUser: nullable(UserBase),
  roles: Type.Array(RoleView),
  package: nullable(PackageView),
});
export type UserView = Static<typeof UserView>;

/** What a sign-in gives. */
export const AuthResult = members({
  id: text,
  username: nullable(text),
  emailAddress: nullable(text),
  phoneNumber: nullable(text),
  authKey: text,
  refreshAuthKey: text,
  /** Despite its name the instant at which the key ends. */
  expiresIn: instant,
});
export type AuthResult = Static<typeof AuthResult>;

export const ErrorObject = members({ code: text, message: text, correlationId: text });

export const Success = members({
  success: Type.Literal(true),
  statusCode: Type.Integer(),
  message: Type.Literal('The request was successful.'),
  data: Type.Unknown(),
  errors: Type.Array(ErrorObject, { maxItems: 0 }),
});

export const Failure = members({
  success: Type.Literal(false),
  statusCode: Type.Integer(),
  message: Type.String({ minLength: 1 }),
  data: Type.Null(),
  errors: Type.Array(ErrorObject, { minItems: 1 }),
});
