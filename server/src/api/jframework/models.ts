import { type Static, type TSchema, Type } from 'typebox';
import { DEVICE_TYPES } from '../../core/user/apps.ts';

const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
const members = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });
const text = Type.String();
const instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' });
const status = Type.Enum(['Inactive', 'Active']);

export const ResourceTypeView = members({
  id: text,
  parentBrandId: nullable(text),
  guid: text,
  code: text,
  name: text,
  description: nullable(text),
  tags: nullable(text),
  type: Type.Enum(['BuiltIn', 'Custom']),
});
export type ResourceTypeView = Static<typeof ResourceTypeView>;

export const RoleView = members({ ...ResourceTypeView.properties, permissions: Type.Array(text) });
export type RoleView = Static<typeof RoleView>;

export const PermissionView = members({ ...ResourceTypeView.properties, resourceTypeId: text });
export type PermissionView = Static<typeof PermissionView>;

/** A feature by itself. */
export const FeatureDetails = members({
  id: text,
  parentBrandId: nullable(text),
  eventId: nullable(text),
  code: text,
  name: text,
  unit: nullable(text),
  defaultValue: nullable(Type.Integer()),
  helpURL: nullable(text),
  image: nullable(text),
  styles: nullable(text),
  description: nullable(text),
  tags: nullable(text),
  zOrder: nullable(Type.Integer()),
  status,
});
export type FeatureDetails = Static<typeof FeatureDetails>;

/**
 * A feature in a package: the members of the page's layer, and those that came later: `value` beside `quantity`, the
 * reset policy.
 */
export const FeatureView = members({
  ...FeatureDetails.properties,
  title: nullable(text),
  type: Type.Enum(['Function', 'Limitation']),
  quantity: nullable(Type.Integer()),
  value: nullable(Type.Integer()),
  isUnlimited: Type.Boolean(),
  resetPolicy: text,
  customIntervalDays: nullable(Type.Integer()),
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

export const SubscriptionTypeView = members({
  id: text,
  name: text,
  unit: Type.Enum(['Hour', 'Day', 'Week', 'Month', 'Year']),
  quantity: nullable(Type.Integer()),
  description: nullable(text),
  tags: nullable(text),
  zOrder: nullable(Type.Integer()),
  isDefault: Type.Boolean(),
  status,
});
export type SubscriptionTypeView = Static<typeof SubscriptionTypeView>;

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

/** What was used of a feature in the current period. */
export const QuotaUsageView = members({
  id: text,
  feature: FeatureView,
  usedAmount: Type.Integer(),
  limitAmount: nullable(Type.Integer()),
  remainingAmount: nullable(Type.Integer()),
  isUnlimited: Type.Boolean(),
  periodKey: text,
  periodStartDate: instant,
  periodEndDate: nullable(instant),
  status: Type.Enum(['Normal', 'Warning', 'Exceeded']),
  modifiedDate: nullable(instant),
});
export type QuotaUsageView = Static<typeof QuotaUsageView>;

export const BrandView = members({
  id: text,
  parentId: nullable(text),
  code: text,
  name: text,
  abbr: text,
  description: nullable(text),
  tags: nullable(text),
  status,
  isDefault: Type.Boolean(),
  isSystem: Type.Boolean(),
  profile: members({
    slogan: nullable(text),
    logoURL: nullable(text),
    faviconURL: nullable(text),
    primaryColor: nullable(text),
    primaryColorHover: nullable(text),
    secondaryColor: nullable(text),
    tertiaryColor: nullable(text),
  }),
  setting: members({
    domainWhiteListURLs: nullable(text),
    googleAnalyticsAccount: nullable(text),
    reCaptchaKey: nullable(text),
    currencyCode: nullable(text),
    cdnURL: nullable(text),
    cdnFolder: nullable(text),
    passwordPolicyLevel: Type.Enum(['Low', 'Medium', 'High']),
  }),
  domains: Type.Array(text),
});
export type BrandView = Static<typeof BrandView>;

/** A user and the brand it belongs to. */
export const ConnectionView = members({
  status: Type.Enum(['Connected', 'Unconnected']),
  createdDate: instant,
  brand: BrandView,
});
export type ConnectionView = Static<typeof ConnectionView>;

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

/** Whom somebody referred: what newer clients read, and what older ones did. */
export const RefereeView = members({
  ...UserBase.properties,
  firstName: nullable(text),
  lastName: nullable(text),
  createdDate: instant,
});
export type RefereeView = Static<typeof RefereeView>;

/** What a paged list is around its items; both page members are null where all that was asked for is shown. */
export const paged = <S extends TSchema>(item: S) =>
  members({
    items: Type.Array(item),
    totalItems: Type.Integer({ minimum: 0 }),
    pageNumber: nullable(Type.Integer({ minimum: 0 })),
    pageSize: nullable(Type.Integer({ minimum: 1 })),
  });

export const UserPage = paged(UserView);

/** An inbox, into which nothing is put here. */
export const NotificationPage = members({
  items: Type.Array(Type.Unknown(), { maxItems: 0 }),
  totalItems: Type.Literal(0),
  pageNumber: Type.Integer({ minimum: 0 }),
  pageSize: Type.Integer({ minimum: 1 }),
  unreadCount: Type.Literal(0),
});

/** `date` is a day (`yyyy-MM-dd`) or a month (`yyyy-MM`), in UTC. */
export const SignUpCount = members({ date: text, quantity: Type.Integer() });
export type SignUpCount = Static<typeof SignUpCount>;

export const UserSummary = members({
  totalUsers: Type.Integer(),
  newUsersToday: Type.Integer(),
  newUsersThisWeek: Type.Integer(),
  newUsersThisMonth: Type.Integer(),
});
export type UserSummary = Static<typeof UserSummary>;

export const DailySignUps = members({ date: text, newUsers: Type.Integer(), totalUsers: Type.Integer() });
export type DailySignUps = Static<typeof DailySignUps>;

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

/** How far a sign-in is that waits for another device. */
const pairing = { id: text, status: Type.Enum(['New', 'Approved', 'Consumed']), approvedAt: nullable(instant) };
export const QrPairing = members({ ...pairing, qrCodeBase64: nullable(text) });
export const OtpPairing = members({ ...pairing, code: text });
export type PairingStatus = Static<typeof QrPairing> | Static<typeof OtpPairing>;

/** A device of a user. What the record does not have is null. */
export const DeviceView = members({
  id: text,
  type: Type.Enum([...DEVICE_TYPES]),
  code: text,
  isMobileApp: Type.Boolean(),
  tags: nullable(text),
  status: Type.Enum(['Inactive', 'Active', 'Suspended', 'Locked']),
  isDefault: Type.Boolean(),
  testMode: Type.Boolean(),
  name: nullable(text),
  phoneNumber: nullable(text),
  osDevice: nullable(text),
  appVersionNumber: nullable(text),
  iccid: nullable(text),
  imsi: nullable(text),
  imei: nullable(text),
  simCardInfo: nullable(text),
  countryCode: nullable(text),
  modifiedDate: instant,
});
export type DeviceView = Static<typeof DeviceView>;

export const UserDeviceStatus = Type.Enum(['Offline', 'Online', 'Deleted']);
export type UserDeviceStatus = Static<typeof UserDeviceStatus>;

export const UserDeviceView = members({
  ...DeviceView.properties,
  token: nullable(text),
  session: nullable(text),
  userDeviceStatus: UserDeviceStatus,
  lastAccessAt: nullable(instant),
});
export type UserDeviceView = Static<typeof UserDeviceView>;

/** A setting that an application keeps with a user. */
export const ConfigurationView = members({
  id: text,
  groupCode: text,
  code: text,
  name: text,
  value: text,
  description: nullable(text),
  status,
  isSystem: Type.Boolean(),
});
export type ConfigurationView = Static<typeof ConfigurationView>;

/** An identity of a user at another provider. */
export const IdentityView = members({
  id: text,
  userId: text,
  appIntegration: members({
    id: text,
    type: text,
    name: text,
    domain: nullable(text),
    description: nullable(text),
    logoURL: nullable(text),
    status,
  }),
  metadata: text,
  lastLoginAt: nullable(instant),
  createdDate: nullable(instant),
});
export type IdentityView = Static<typeof IdentityView>;

export const FactorKind = members({ id: text, code: text, name: text, description: nullable(text) });
export type FactorKind = Static<typeof FactorKind>;

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
