import type { Organization } from '../organization.ts';
import type { User } from './user.ts';

/** What a user may be called at sign-in; the preferred name is the first. */
export type LoginNames = readonly [preferred: string, ...others: string[]];

/**
 * The username, or the id of a user without one; where login names must end in a domain, once with each of the
 * organization's domains, the primary one first. Without domains the bare name is all there is.
 */
export function loginNamesOf({ username, id }: User, organization: Organization | undefined): LoginNames {
  const name = username ?? id;
  const [primary, ...others] = organization?.userLoginMustBeDomain ? organization.domains : [];
  if (primary === undefined) return [name];
  return [`${name}@${primary}`, ...others.map((domain) => `${name}@${domain}`)];
}
