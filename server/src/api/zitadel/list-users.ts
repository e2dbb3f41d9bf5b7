import { UserFieldName } from '@zitadel/proto/zitadel/user/v2/query_pb';
import type { UserSort } from '../../app/ports/user-list.ts';
import { listDetails } from './details.ts';
import { loginDomainsOf } from './login-name-query.ts';
import { type HandlerOf, readResult, type ZitadelServices } from './method.ts';
import { MAX_LIMIT, pageOf } from './page.ts';
import { ListUsersResponseSchema } from './protocol/user-service.ts';
import { SECTION } from './section.ts';
import { shownAsSetUp } from './unverified.ts';
import { filterOf } from './user-query.ts';
import { userView } from './user-view.ts';

const SORTS: Readonly<Record<UserFieldName, UserSort['by']>> = {
  [UserFieldName.UNSPECIFIED]: 'id',
  [UserFieldName.USER_NAME]: 'username',
  [UserFieldName.FIRST_NAME]: 'givenName',
  [UserFieldName.LAST_NAME]: 'familyName',
  [UserFieldName.NICK_NAME]: 'nickName',
  [UserFieldName.DISPLAY_NAME]: 'displayName',
  [UserFieldName.EMAIL]: 'email',
  [UserFieldName.STATE]: 'state',
  [UserFieldName.TYPE]: 'kind',
  [UserFieldName.CREATION_DATE]: 'createdAt',
};

/** The users that meet all queries, among those whom the caller may read and itself. */
export function listUsers({ users, clock }: Pick<ZitadelServices, 'users' | 'clock'>): HandlerOf<'listUsers'> {
  const { directory } = users;
  const allDomains = directory.derived((current) => loginDomainsOf(current.all()));
  const domainsIn = (organizations: readonly string[]) =>
    loginDomainsOf(organizations.flatMap((id) => directory.organization(id) ?? []));
  return async ({ caller, message }) => {
    const now = clock();
    const { query, sortingColumn, queries } = message;
    const { offset, limit, direction } = pageOf(query, MAX_LIMIT);
    const { users: found, total } = await users.list(
      caller,
      {
        filter: (organizations) =>
          filterOf(queries, () => (organizations === 'all' ? allDomains() : domainsIn(organizations))),
        // Numbers of no column are let through, and mean none.
        sort: { by: SORTS[sortingColumn] ?? 'id', direction },
        offset,
        limit,
        countTotal: true,
      },
      SECTION,
    );
    const latest = found.reduce((most, { sequence }) => Math.max(most, sequence), 0);
    const response = {
      details: listDetails(total ?? 0, latest, now),
      result: found.map((user) => userView(user, directory)),
    };
    return readResult(ListUsersResponseSchema, response, '', shownAsSetUp(directory));
  };
}
