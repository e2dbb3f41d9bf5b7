import type { Held } from '../../core/organization.ts';

/** The settings of an organization that is a brand. */
export interface BrandSection {
  /** Hosts by which calls name the brand, lower case, without scheme, port and path. */
  readonly hosts: readonly string[];
  readonly passwordPolicyLevel: 'Low' | 'Medium' | 'High';
  /** Where links of mails may lead besides: addresses or domains, of which only the host counts. Absent is nowhere. */
  readonly domainWhiteListURLs?: readonly string[];
  /** A forgotten password of an address that nobody has is answered like that of one that somebody has. */
  readonly hidesUnknownAddresses?: boolean;
  /** Whether an update must carry username and e-mail address, or nothing in particular. */
  readonly updateRequires: 'usernameAndEmail' | 'nothing';
  readonly packages: readonly PackageDefinition[];
  readonly features: readonly FeatureDefinition[];
  readonly prices: readonly PriceDefinition[];
  readonly subscriptionTypes: readonly SubscriptionTypeDefinition[];
  readonly resourceTypes: readonly ResourceTypeDefinition[];
  readonly permissions: readonly PermissionDefinition[];
  readonly profile: BrandProfile;
  readonly setting: BrandSetting;
  /**
   * What the setup file declared when it was last applied, by kind and code: a digest of the declaration, and the id of
   * what came of it. What an API has made is not in it.
   */
  readonly declared: Readonly<Record<string, Declared>>;
}

export interface Declared {
  readonly digest: string;
  readonly id: string;
}

/** A section as it is stored; what is absent is empty. */
export type StoredSection = Pick<BrandSection, 'hosts' | 'passwordPolicyLevel' | 'updateRequires'> &
  Partial<BrandSection>;

/** Whatever clients know by an id. */
export interface Entry {
  readonly id: string;
  /** Epoch milliseconds; absent in what came from the setup file. */
  readonly createdAt?: number;
  /** Neither changed nor removed by calls. */
  readonly builtIn?: boolean;
}

export const STATUSES = ['Inactive', 'Active'] as const;
export type Status = (typeof STATUSES)[number];

export interface PackageDefinition extends Entry, Held {
  readonly name: string;
  readonly imageURL: string | null;
  readonly patternAvatarURL: string | null;
  readonly styles: string | null;
  readonly description: string | null;
  readonly tags: string | null;
  readonly isFree: boolean;
  readonly tier: number | null;
  readonly zOrder: number | null;
  readonly isDefault: boolean;
  readonly status: Status;
  readonly features: readonly PackageFeature[];
}

export const RESET_POLICIES = ['Lifetime', 'Daily', 'Weekly', 'Monthly', 'Yearly', 'Custom'] as const;
export type ResetPolicy = (typeof RESET_POLICIES)[number];

export const FEATURE_TYPES = ['Function', 'Limitation'] as const;

/** What a package says about a feature that it contains. */
export interface PackageFeature {
  readonly featureId: string;
  readonly title: string | null;
  readonly type: (typeof FEATURE_TYPES)[number];
  /** What is counted, where the feature says something else. */
  readonly unit: string | null;
  /** How many; the feature's default when it is null. */
  readonly value: number | null;
  readonly isUnlimited: boolean;
  readonly resetPolicy: ResetPolicy;
  /** With `Custom`, and only then. */
  readonly customIntervalDays: number | null;
}

export interface FeatureDefinition extends Entry {
  readonly code: string;
  readonly name: string;
  readonly unit: string | null;
  readonly defaultValue: number | null;
  readonly helpURL: string | null;
  readonly image: string | null;
  readonly styles: string | null;
  readonly description: string | null;
  readonly tags: string | null;
  readonly zOrder: number | null;
  readonly status: Status;
}

export interface PriceDefinition extends Entry {
  readonly packageId: string;
  readonly subscriptionTypeId: string | null;
  /** Where the subscription type is not one of the brand's. */
  readonly subscriptionName: string | null;
  readonly code: string;
  readonly name: string;
  readonly amount: number;
  readonly currency: string;
  readonly description: string | null;
  readonly checkoutLink: string | null;
  readonly tags: string | null;
  readonly zOrder: number | null;
}

export const SUBSCRIPTION_UNITS = ['Hour', 'Day', 'Week', 'Month', 'Year'] as const;

export interface SubscriptionTypeDefinition extends Entry {
  readonly name: string;
  readonly unit: (typeof SUBSCRIPTION_UNITS)[number];
  readonly quantity: number | null;
  readonly description: string | null;
  readonly tags: string | null;
  readonly zOrder: number | null;
  readonly isDefault: boolean;
  readonly status: Status;
}

export interface ResourceTypeDefinition extends Entry {
  readonly guid: string;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly tags: string | null;
  readonly builtIn: boolean;
}

export interface PermissionDefinition extends Entry {
  readonly guid: string;
  readonly code: string;
  readonly name: string;
  readonly resourceTypeId: string;
  readonly description: string | null;
  readonly tags: string | null;
  readonly builtIn: boolean;
}

/** How the brand looks. */
export interface BrandProfile {
  readonly slogan: string | null;
  readonly logoURL: string | null;
  readonly faviconURL: string | null;
  readonly primaryColor: string | null;
  readonly primaryColorHover: string | null;
  readonly secondaryColor: string | null;
  readonly tertiaryColor: string | null;
}

/** What clients of the brand are told, and means nothing here. */
export interface BrandSetting {
  readonly googleAnalyticsAccount: string | null;
  readonly reCaptchaKey: string | null;
  readonly currencyCode: string | null;
  readonly cdnURL: string | null;
  readonly cdnFolder: string | null;
}

const NO_PROFILE: BrandProfile = {
  slogan: null,
  logoURL: null,
  faviconURL: null,
  primaryColor: null,
  primaryColorHover: null,
  secondaryColor: null,
  tertiaryColor: null,
};

const NO_SETTING: BrandSetting = {
  googleAnalyticsAccount: null,
  reCaptchaKey: null,
  currencyCode: null,
  cdnURL: null,
  cdnFolder: null,
};

/** A section with what it does not say. */
export function sectionOf(stored: StoredSection): BrandSection {
  return {
    // First of all what is stored, in its order: a change of one member is no change of the others.
    ...stored,
    packages: stored.packages ?? [],
    features: stored.features ?? [],
    prices: stored.prices ?? [],
    subscriptionTypes: stored.subscriptionTypes ?? [],
    resourceTypes: stored.resourceTypes ?? [],
    permissions: stored.permissions ?? [],
    profile: { ...NO_PROFILE, ...stored.profile },
    setting: { ...NO_SETTING, ...stored.setting },
    declared: stored.declared ?? {},
  };
}
