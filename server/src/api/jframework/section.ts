/** The settings of an organization that is a brand. */
export interface BrandSection {
  /** Hosts by which calls name the brand, lower case, without scheme, port and path. */
  readonly hosts: readonly string[];
  readonly passwordPolicyLevel: 'Low' | 'Medium' | 'High';
  /** Whether an update must carry username and e-mail address, or nothing in particular. */
  readonly updateRequires: 'usernameAndEmail' | 'nothing';
  readonly packages: readonly PackageDefinition[];
}

export interface PackageDefinition {
  readonly id: string;
  readonly code: string;
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
  readonly status: 'Active' | 'Inactive';
  readonly features: readonly FeatureDefinition[];
  readonly prices: readonly PriceDefinition[];
}

export interface FeatureDefinition {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly title: string | null;
  readonly type: 'Function' | 'Limitation';
  readonly unit: string | null;
  readonly quantity: number | null;
  readonly value: number | null;
  readonly defaultValue: number | null;
  readonly isUnlimited: boolean;
  readonly resetPolicy: string;
  readonly customIntervalDays: number | null;
  readonly helpURL: string | null;
  readonly image: string | null;
  readonly description: string | null;
  readonly tags: string | null;
  readonly styles: string | null;
  readonly zOrder: number | null;
  readonly status: 'Active' | 'Inactive';
}

export interface PriceDefinition {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly amount: number;
  readonly currency: string;
  readonly description: string | null;
  readonly checkoutLink: string | null;
  readonly tags: string | null;
  readonly subscriptionName: string | null;
  readonly subscriptionTypeId: string | null;
  readonly zOrder: number | null;
}
