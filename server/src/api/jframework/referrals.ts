import { claimKeys } from '../../core/user/claims.ts';
import type { User } from '../../core/user/user.ts';
import { paramsOf } from '../shared/dialect.ts';
import type { Handler } from '../shared/route.ts';
import type { Brand } from './brands.ts';
import { callOf, changeUser, idOf, readUser } from './call.ts';
import { success } from './envelope.ts';
import { type Page, pageOf } from './paging.ts';
import { type QueryReader, readQuery } from './query.ts';
import { type Context, inBrand, parentOf } from './services.ts';
import { peopleOf } from './user-filter.ts';
import { refereeView } from './user-view.ts';

const REFERRAL_CODE = /^[A-Z]{6}$/;
/** Longest way from a user up to the first who was referred by nobody. */
const MAX_GENERATIONS = 1_000;
/** Most referees of one answer. */
const MAX_REFEREES = 1_000;

/** Whose referral code it is, in any letter case; `null` when it is nobody's. */
export async function ownerOfCode(sent: string, brand: Brand, { users }: Pick<Context, 'users'>): Promise<User | null> {
  const code = sent.toUpperCase();
  if (!REFERRAL_CODE.test(code)) return null;
  return users.find(inBrand(brand, { claim: claimKeys.referral(brand.organization.id, code) }));
}

/** GET /users/referrals/{code}/check */
export function checkReferralCode(context: Context): Handler {
  return async (request) => {
    const { brand } = await callOf(request, context);
    const owner = await ownerOfCode(paramsOf(request).code ?? '', brand, context);
    return success(200, String(owner !== null));
  };
}

export function readReferralCode(query: QueryReader): string {
  return query.required('referralCode');
}

export function readRefereePage(query: QueryReader): Page {
  return pageOf(query, MAX_REFEREES);
}

/** POST /users/{id}/referrals/apply?referralCode= */
export function applyReferralCode(context: Context): Handler {
  return async (request) => {
    const call = await callOf(request, context);
    const code = readQuery(request, readReferralCode);
    const owner = await ownerOfCode(code, call.brand, context);
    const isFit = owner !== null && !(await descendsFrom(owner, idOf(request), call.brand, context));
    const command = { type: 'apply-referral', referrer: isFit ? owner.id : null } as const;
    return changeUser(request, context, call, { name: 'apply-referral', command });
  };
}

/** GET /users/{id}/referees: for whoever may read the user, as the user sees its referrer. */
export function getReferees(context: Context): Handler {
  const { users } = context;
  return async (request) => {
    const call = await callOf(request, context);
    const { brand } = call;
    const { pageNumber, pageSize } = readQuery(request, readRefereePage);
    const user = await readUser(request, context, call);
    const byUser = { type: 'in', field: 'referrer', values: [user.id] } as const;
    const referred = { type: 'and', filters: [...peopleOf(brand), byUser] } as const;
    const page = { offset: pageNumber * pageSize, limit: pageSize };
    const found = await users.findAll(brand.organization.id, referred, page);
    return success(200, JSON.stringify(found.map((referee) => refereeView(referee, brand))));
  };
}

/** Users are a tree: nobody is referred, over however many others, by somebody whom they referred themselves. */
async function descendsFrom(user: User, id: string, brand: Brand, { users }: Context): Promise<boolean> {
  let ancestor: User | null = user;
  for (let generation = 0; ancestor !== null; generation += 1) {
    if (ancestor.id === id || generation === MAX_GENERATIONS) return true;
    ancestor = await parentOf(users, ancestor, brand);
  }
  return false;
}
