import type { LiveDirectory } from '../../app/live-directory.ts';
import type { Directory } from '../../core/organization.ts';

/** Name of the section by which an organization switches this dialect on. Elsewhere its users are missing ones. */
export const SECTION = 'zitadel';

/** What the section says of an organization; absent is off. */
export interface OrganizationSection {
  /** E-mail addresses are taken in lower case, and letter case alone is no change. */
  readonly foldEmailCase?: boolean;
  /** Locked users cannot be changed before they are unlocked. */
  readonly refuseLockedUpdates?: boolean;
}

/** What it says of the instance; absent is off. */
export interface InstanceSection {
  /** JSON answers say `isVerified: false`, which the vendor leaves out like every zero value. */
  readonly showUnverified?: boolean;
  /** Users whom the caller must not know of are refused like missing ones. */
  readonly hideExistence?: boolean;
  /** Mails that name no link of their own carry the code alone, because there are no login pages. */
  readonly omitDefaultLinks?: boolean;
}

export function instanceSectionOf({ current }: LiveDirectory): InstanceSection {
  return (current.instance.sections?.[SECTION] ?? {}) as InstanceSection;
}

/** Empty for an organization that is unknown, or without the dialect. */
export function organizationSectionOf(directory: Directory, organizationId: string): OrganizationSection {
  return (directory.organization(organizationId)?.sections[SECTION] ?? {}) as OrganizationSection;
}
