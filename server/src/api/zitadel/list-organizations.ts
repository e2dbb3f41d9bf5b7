import type { MessageInitShape } from '@bufbuild/protobuf';
import { type OrganizationSchema, OrganizationState } from '@zitadel/proto/zitadel/org/v2/org_pb';
import {
  type ListOrganizationsRequest,
  ListOrganizationsResponseSchema,
} from '@zitadel/proto/zitadel/org/v2/org_service_pb';
import { OrganizationFieldName, type SearchQuery } from '@zitadel/proto/zitadel/org/v2/query_pb';
import type { Organizations } from '../../app/organizations.ts';
import type { Organization } from '../../core/organization.ts';
import { BUILT_IN_ORGANIZATION } from '../../core/values/built-in.ts';
import { listDetails } from './details.ts';
import { type MethodHandler, readResult, type ZitadelServices } from './method.ts';
import { organizationDetails } from './organization-details.ts';
import { pageOf } from './page.ts';
import { SECTION } from './section.ts';
import { byCodePoints, caseless, textMatcher } from './text-match.ts';

type Matches = (organization: Organization) => boolean;

/** The organizations that meet all queries, among those whose users the caller may read and its own. */
export function listOrganizations(
  organizations: Organizations,
  { clock }: Pick<ZitadelServices, 'clock'>,
): MethodHandler<ListOrganizationsRequest> {
  return async ({ caller, message }) => {
    const { query, queries, sortingColumn } = message;
    const { offset, limit, direction } = pageOf(query);
    const matches = queries.map(matcherOf);
    const visible = await organizations.visible(caller, SECTION);
    const found = visible.filter((organization) => matches.every((match) => match(organization)));
    found.sort(sortingColumn === OrganizationFieldName.NAME ? byName : byId);
    if (direction === 'desc') found.reverse();
    const latest = found.reduce((most, { history }) => Math.max(most, history?.sequence ?? 0), 0);
    const response = {
      details: listDetails(found.length, latest, clock()),
      sortingColumn,
      result: found.slice(offset, offset + limit).map(viewOf),
    };
    return readResult(ListOrganizationsResponseSchema, response, '');
  };
}

/** Every organization is active: none can be switched off. */
function viewOf(organization: Organization): MessageInitShape<typeof OrganizationSchema> {
  const { id, name, domains } = organization;
  const details = organizationDetails(organization);
  return { id, details, state: OrganizationState.ACTIVE, name, primaryDomain: domains[0] ?? '' };
}

function matcherOf({ query }: SearchQuery): Matches {
  switch (query.case) {
    case 'nameQuery': {
      const matches = textMatcher(query.value.name, query.value.method);
      return ({ name }) => matches(name);
    }
    case 'domainQuery': {
      const matches = textMatcher(query.value.domain, query.value.method);
      return ({ domains }) => domains.some(matches);
    }
    case 'stateQuery': {
      const isMet = query.value.state === OrganizationState.ACTIVE;
      return () => isMet;
    }
    case 'idQuery': {
      const { id: wanted } = query.value;
      return ({ id }) => id === wanted;
    }
    case 'defaultQuery':
      return ({ id }) => id === BUILT_IN_ORGANIZATION.id;
    case undefined:
      throw new Error('the field rules require a query');
  }
}

/** In any letter case; those of one name by their ids. */
function byName(a: Organization, b: Organization): number {
  return byCodePoints(caseless(a.name), caseless(b.name)) || byId(a, b);
}

function byId(a: Organization, b: Organization): number {
  return byCodePoints(a.id, b.id);
}
