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

/** How much work one query by login name is: what it asks for is told domain by domain, of whom, by organizations. */
export function sizeOf(groups: LoginDomains): number {
  return groups.reduce((size, { domains, organizations }) => size + domains.length + organizations.length, 0);
}

/** What of a login name a username must meet: nothing, the match itself, or what of it stands before the domain. */
type Ask = 'nothing' | 'whole' | 'head';
const HEAD_METHODS = { equals: 'equals', startsWith: 'equals', endsWith: 'endsWith', contains: 'endsWith' } as const;

/**
 * Login names are not stored: what is looked for is taken apart into username and domain. However many domains there
 * are, they ask one of a few things of the username; organizations that ask the same are asked for together.
 */
export function loginNameFilter(match: TextMatch, groups: LoginDomains): UserFilter {
  if (groups.length === 0) return usernameFilter(match);
  const folded = match.ignoreCase ? { ...match, value: caselessForm(match.value, 'NFKC') } : match;
  const { value } = folded;
  const at = value.lastIndexOf('@');
  const [head, tail] = at < 0 ? ['', ''] : [value.slice(0, at), value.slice(at)];
  const filters: Readonly<Record<Ask, UserFilter>> = {
    nothing: EVERYBODY,
    whole: usernameFilter(folded),
    head: usernameFilter({ ...folded, method: HEAD_METHODS[match.method], value: head }),
  };
  const asked = new Map<string, { readonly filter: UserFilter; readonly organizations: string[] }>();
  for (const { organizations, domains } of groups) {
    const asks = new Set(domains.flatMap((domain) => asksOf(folded, tail, `@${domain}`)));
    if (asks.size === 0) continue;
    const either = (['nothing', 'whole', 'head'] as const).filter((ask) => asks.has(ask));
    const known = asked.get(either.join()) ?? {
      filter: { type: 'or', filters: either.map((ask) => filters[ask]) } as const,
      organizations: [],
    };
    for (const id of organizations) known.organizations.push(id);
    asked.set(either.join(), known);
  }
  const elsewhere: UserFilter = { type: 'not', filter: inOrganizations(groups.flatMap((one) => one.organizations)) };
  return {
    type: 'or',
    filters: [
      { type: 'and', filters: [elsewhere, usernameFilter(match)] },
      ...[...asked.values()].map(
        ({ filter, organizations }): UserFilter => ({ type: 'and', filters: [inOrganizations(organizations), filter] }),
      ),
    ],
  };
}

function inOrganizations(values: readonly string[]): UserFilter {
  return { type: 'in', field: 'organization', values };
}

/**
 * What a username must meet, one or the other, for the match to be met once the ending follows; none when nothing does.
 *
 * @param tail of the match, from its last `@`; empty when it has none
 * @param ending in lower case, with its only `@` in front
 */
function asksOf({ method, value }: TextMatch, tail: string, ending: string): readonly Ask[] {
  const reachesIntoEnding = tail !== '' && ending.startsWith(tail);
  switch (method) {
    case 'equals':
      return tail === ending ? ['head'] : [];
    case 'startsWith':
      return reachesIntoEnding ? ['whole', 'head'] : ['whole'];
    case 'endsWith':
      if (ending.endsWith(value)) return ['nothing'];
      return tail === ending ? ['head'] : [];
    case 'contains':
      if (ending.includes(value)) return ['nothing'];
      return reachesIntoEnding ? ['whole', 'head'] : ['whole'];
  }
}
