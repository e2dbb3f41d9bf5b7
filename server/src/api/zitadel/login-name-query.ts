import type { TextMatch, UserFilter } from '../../app/ports/user-list.ts';
import type { Organization } from '../../core/organization.ts';
import { caselessForm } from '../../core/values/case-fold.ts';

const EVERYBODY: UserFilter = { type: 'and', filters: [] };
export const NOBODY: UserFilter = { type: 'or', filters: [] };

/** Organizations whose users' login names end in the same domains. */
interface DomainGroup {
  readonly domains: readonly string[];
  readonly organizations: readonly string[];
}
export type LoginDomains = readonly DomainGroup[];

/** Where login names end in a domain; everywhere else the login name is the username. */
export function loginDomainsOf(organizations: Iterable<Organization>): LoginDomains {
  const groups = new Map<string, { domains: readonly string[]; organizations: string[] }>();
  for (const { id, domains, userLoginMustBeDomain } of organizations) {
    if (userLoginMustBeDomain !== true || domains.length === 0) continue;
    const name = JSON.stringify(domains);
    const group = groups.get(name) ?? { domains, organizations: [] };
    group.organizations.push(id);
    groups.set(name, group);
  }
  return [...groups.values()];
}

/** Who without a username shows its id is found by that, though not by parts of it. */
export function usernameFilter(match: TextMatch): UserFilter {
  const byName: UserFilter = { type: 'text', field: 'username', ...match };
  if (match.method !== 'equals') return byName;
  const hasName: UserFilter = { ...byName, method: 'startsWith', value: '' };
  const byId: UserFilter = { type: 'in', field: 'id', values: [match.value] };
  return { type: 'or', filters: [byName, { type: 'and', filters: [byId, { type: 'not', filter: hasName }] }] };
}

/** Login names are not stored: what is looked for is taken apart into username and domain. */
export function loginNameFilter(match: TextMatch, groups: LoginDomains): UserFilter {
  if (groups.length === 0) return usernameFilter(match);
  const folded = match.ignoreCase ? { ...match, value: caselessForm(match.value, 'NFKC') } : match;
  const elsewhere: UserFilter = { type: 'not', filter: inOrganizations(groups.flatMap((one) => one.organizations)) };
  return {
    type: 'or',
    filters: [
      { type: 'and', filters: [elsewhere, usernameFilter(match)] },
      ...groups.map(({ organizations, domains }): UserFilter => {
        const names = domains.map((domain) => withEnding(folded, `@${domain}`));
        return { type: 'and', filters: [inOrganizations(organizations), { type: 'or', filters: names }] };
      }),
    ],
  };
}

function inOrganizations(values: readonly string[]): UserFilter {
  return { type: 'in', field: 'organization', values };
}

/**
 * Whether a username followed by the ending meets the match.
 *
 * @param ending in lower case, with its only `@` in front
 */
function withEnding(match: TextMatch, ending: string): UserFilter {
  const { method, value } = match;
  const at = value.lastIndexOf('@');
  const head = at < 0 ? '' : value.slice(0, at);
  const tail = at < 0 ? '' : value.slice(at);
  const named = (change: Partial<TextMatch>): UserFilter => usernameFilter({ ...match, ...change });
  const reachesIntoEnding = tail !== '' && ending.startsWith(tail);
  switch (method) {
    case 'equals':
      return tail === ending ? named({ value: head }) : NOBODY;
    case 'startsWith':
      return either(named({}), reachesIntoEnding ? named({ method: 'equals', value: head }) : NOBODY);
    case 'endsWith':
      if (ending.endsWith(value)) return EVERYBODY;
      return tail === ending ? named({ value: head }) : NOBODY;
    case 'contains':
      if (ending.includes(value)) return EVERYBODY;
      return either(named({}), reachesIntoEnding ? named({ method: 'endsWith', value: head }) : NOBODY);
  }
}

function either(...filters: readonly UserFilter[]): UserFilter {
  return { type: 'or', filters };
}
