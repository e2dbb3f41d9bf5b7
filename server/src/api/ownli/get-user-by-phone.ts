import type { Users } from '../../app/users.ts';
import { DomainError } from '../../core/errors.ts';
import { claimKeys } from '../../core/user/claims.ts';
import type { User } from '../../core/user/user.ts';
import { isE164, parsePhone } from '../../core/values/phone.ts';
import { paramsOf } from '../shared/dialect.ts';
import type { Route } from '../shared/route.ts';
import { OPERATIONS } from './operations.ts';
import type { PartnerCaller } from './partners.ts';
import type { OwnliServices } from './services.ts';
import { userOf } from './target.ts';
import { MAX_PAGE_SIZE, PEOPLE } from './user-search.ts';
import { userAnswer } from './user-view.ts';

/** `GET /api/users/by-phone/:phoneNumber`. */
export function getUserByPhone({ users, authenticate }: Pick<OwnliServices, 'users' | 'authenticate'>): Route {
  return {
    method: 'GET',
    path: '/api/users/by-phone/:phoneNumber',
    operation: OPERATIONS.getUserByPhone,
    handler: async (request) => {
      const caller = await authenticate(request, 'no_permission');
      const { phoneNumber = '' } = paramsOf(request);
      const phone = isE164(phoneNumber) ? parsePhone(phoneNumber) : null;
      const user =
        phone === null ? null : ((await holderOf(phone, users, caller)) ?? (await sharerOf(phone, users, caller)));
      if (user === null) throw new DomainError('user_not_found');
      return userAnswer(user);
    },
  };
}

/** Who has the number to itself. */
async function holderOf(phone: string, users: Users, caller: PartnerCaller): Promise<User | null> {
  const { organizationId } = caller;
  try {
    return await users.read(caller, userOf(organizationId, { claim: claimKeys.phone(organizationId, phone) }));
  } catch (error) {
    if (error instanceof DomainError && error.reason === 'user_not_found') return null;
    throw error;
  }
}

/** Of those who share the number, the last to register without a policy, else the last to register. */
async function sharerOf(phone: string, users: Users, caller: PartnerCaller): Promise<User | null> {
  const hasNumber = { type: 'text', field: 'phone', method: 'equals', value: phone, ignoreCase: true } as const;
  const query = {
    filter: { type: 'and', filters: [PEOPLE, hasNumber] },
    sort: { by: 'createdAt', direction: 'desc' },
    limit: MAX_PAGE_SIZE,
    countTotal: false,
  } as const;
  let latest: User | null = null;
  for (let offset = 0; ; offset += MAX_PAGE_SIZE) {
    const { users: page } = await users.list(caller, { ...query, offset }, 'ownli');
    latest ??= page[0] ?? null;
    const plain = page.find(({ policy }) => !policy.isIdentity);
    if (plain !== undefined || page.length < MAX_PAGE_SIZE) return plain ?? latest;
  }
}
