import { DomainError } from '../errors.ts';
import type { Directory } from '../organization.ts';
import { BUILT_IN_ORGANIZATION } from '../values/built-in.ts';
import type { AddIdpLink, RemoveIdpLink } from './commands.ts';
import { type Decision, type Facts, oneChange } from './decision.ts';
import type { IdpLink, User } from './user.ts';

/** Identities at other providers that a user may have. */
export const MAX_IDP_LINKS = 100;

/** A link that is there already is refused like one that another user has. */
export function decideAddIdpLink({ link }: AddIdpLink, user: User, { directory }: Facts): Decision {
  const { idpLinks } = user.factors;
  const links = [...idpLinks, link];
  checkProviders([link], user.organizationId, directory);
  checkLinks(links);
  return oneChange('user.idp_link_added', 'factors.idpLinks', idpLinks, links);
}

/** Links to providers that are no longer declared can be removed too. */
export function decideRemoveIdpLink({ idpId, userId }: RemoveIdpLink, user: User): Decision {
  const { idpLinks } = user.factors;
  const left = idpLinks.filter((link) => link.idpId !== idpId || link.userId !== userId);
  if (left.length === idpLinks.length) throw new DomainError('idp_link_not_found');
  return oneChange('user.idp_link_removed', 'factors.idpLinks', idpLinks, left);
}

/**
 * The links of a new user.
 *
 * @throws DomainError `idp_unknown`, `idp_link_taken` for one that is named twice, `credentials_full`
 */
export function checkNewLinks(links: readonly IdpLink[], organizationId: string, directory: Directory): void {
  checkProviders(links, organizationId, directory);
  checkLinks(links);
}

function checkProviders(links: readonly IdpLink[], organizationId: string, directory: Directory): void {
  if (links.some(({ idpId }) => !isDeclared(idpId, organizationId, directory))) throw new DomainError('idp_unknown');
}

function isDeclared(idpId: string, organizationId: string, directory: Directory): boolean {
  return [organizationId, BUILT_IN_ORGANIZATION.id].some((owner) =>
    directory.organization(owner)?.identityProviders?.some(({ id }) => id === idpId),
  );
}

function checkLinks(links: readonly IdpLink[]): void {
  const different = new Set(links.map(({ idpId, userId }) => JSON.stringify([idpId, userId])));
  if (different.size < links.length) throw new DomainError('idp_link_taken');
  if (links.length > MAX_IDP_LINKS) throw new DomainError('credentials_full');
}
