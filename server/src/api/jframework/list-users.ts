import type { User } from '../../core/user/user.ts';
import type { Handler } from '../shared/route.ts';
import { type Brand, JFRAMEWORK } from './brands.ts';
import { callOf } from './call.ts';
import { success } from './envelope.ts';
import { pagedData, pageOf } from './paging.ts';
import { type QueryReader, readQuery } from './query.ts';
import type { Context } from './services.ts';
import { peopleOf, userSearchOf } from './user-filter.ts';
import { renderUser } from './user-view.ts';

/** Most users that are listed by their ids. */
const MAX_IDS = 100;

/** What the query string of a list says; only what it holds is looked up in the brand. */
export function readUserList(query: QueryReader, brand: () => Brand) {
  return { page: pageOf(query), search: userSearchOf(query, brand) };
}

/** The ids of GET /users/by-list-id. */
export function readListedIds(query: QueryReader): readonly string[] {
  return query.list('ids', MAX_IDS) ?? [];
}

/** GET /users: of those whom the caller may read, itself among them. */
export function listUsers(context: Context): Handler {
  const { users } = context;
  return async (request) => {
    const { brand, caller } = await callOf(request, context);
    const { page, search } = readQuery(request, (query) => readUserList(query, () => brand));
    const { pageNumber, pageSize } = page;
    const range = { offset: pageNumber * pageSize, limit: pageSize, countTotal: true };
    const filter = { type: 'and', filters: [...peopleOf(brand), search.filter] } as const;
    const found = await users.list(caller, { ...search, ...range, filter }, JFRAMEWORK);
    return success(200, pagedData(await rendered(found.users, brand, context), found.total ?? 0, page));
  };
}

/** GET /users/by-list-id: those of the ids that the caller may read, in the order they were asked for. */
export function listUsersById(context: Context): Handler {
  const { users } = context;
  return async (request) => {
    const { brand, caller } = await callOf(request, context);
    const ids = readQuery(request, readListedIds);
    const filters = [...peopleOf(brand), { type: 'in', field: 'id', values: ids } as const];
    const found = await users.list(
      caller,
      {
        filter: { type: 'and', filters },
        sort: { by: 'id', direction: 'asc' },
        offset: 0,
        limit: MAX_IDS,
        countTotal: false,
      },
      JFRAMEWORK,
    );
    const byId = new Map(found.users.map((user) => [user.id, user]));
    const inOrder = ids.flatMap((id) => byId.get(id) ?? []);
    const all = { pageNumber: null, pageSize: null };
    return success(200, pagedData(await rendered(inOrder, brand, context), inOrder.length, all));
  };
}

/** Each as JSON, with its referrer; all of those are looked up at once. */
async function rendered(found: readonly User[], brand: Brand, { users }: Context): Promise<string[]> {
  const values = [...new Set(found.flatMap(({ membership }) => membership.referrer ?? []))];
  const filter = { type: 'and', filters: [...peopleOf(brand), { type: 'in', field: 'id', values } as const] } as const;
  const page = { offset: 0, limit: values.length };
  const parents = values.length === 0 ? [] : await users.findAll(brand.organization.id, filter, page);
  const byId = new Map(parents.map((parent) => [parent.id, parent]));
  return found.map((user) => renderUser(user, brand, byId.get(user.membership.referrer ?? '') ?? null));
}
