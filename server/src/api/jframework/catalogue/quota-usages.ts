import { hash } from 'node:crypto';
import { Type } from 'typebox';
import { answered } from '../../../app/users.ts';
import type { ConsumeQuota } from '../../../core/user/commands.ts';
import { usedQuota } from '../../../core/user/decide-quota.ts';
import type { User } from '../../../core/user/user.ts';
import type { Handler, Route } from '../../shared/route.ts';
import { reader } from '../../shared/schema.ts';
import type { Brand } from '../brands.ts';
import { callOf, changeUser } from '../call.ts';
import { operationsOf } from '../documentation/operation.ts';
import { type Entitlement, entitlementOf, entitlementsOf, packageHeldBy } from '../entitlement.ts';
import { success } from '../envelope.ts';
import { Refusal } from '../errors.ts';
import { QuotaUsageView } from '../models.ts';
import { readBody } from '../read-body.ts';
import { type Context, inBrand } from '../services.ts';
import { packageFeatureView } from '../settings-view.ts';
import { isoDate } from '../user-view.ts';
import { id, integer, name as nameMember, optional, text } from './body.ts';
import { quotaPeriod } from './quota-period.ts';

const ConsumeBody = Type.Object({
  featureCode: nameMember(),
  userId: optional(id()),
  amount: integer(1),
  /** What was used, and by what: taken and not kept, as is any `metadata`. */
  resource: text(),
  source: text(),
});

const quota = operationsOf('Quotas');

/** From this part of the limit on, a warning is shown. */
const WARNING = 0.8;

const refusal = (code: string, message: string) => new Refusal('quota_exceeded', 403, [{ code, message }]);

/** What is left of what a user's package allows. */
export function quotaRoutes(context: Context): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/quota-usages',
      handler: getQuotaUsages(context),
      operation: quota('getQuotaUsages', "What is left of each feature of the caller's package", {
        data: Type.Array(QuotaUsageView),
        reads: true,
      }),
    },
    {
      method: 'POST',
      path: '/api/v1/quota-usages/consume',
      handler: consumeQuota(context),
      operation: quota('consumeQuota', 'Uses up an amount of a feature, all of it or nothing', {
        body: ConsumeBody,
        data: QuotaUsageView,
      }),
    },
  ];
}

/** GET /quota-usages: of the caller, for each feature of its package. */
function getQuotaUsages(context: Context): Handler {
  const { users, clock } = context;
  return async (request) => {
    await answered(users.directory.latest());
    const { brand, caller } = await callOf(request, context);
    const user = await users.read(caller, inBrand(brand, { id: caller.userId }));
    const now = clock();
    const entitlements = entitlementsOf(packageHeldBy(user, brand), brand.section);
    return success(200, JSON.stringify(entitlements.map((one) => usageView(one, user, brand, now))), user.version);
  };
}

/**
 * POST /quota-usages/consume: uses up an amount, all of it or nothing. Everybody consumes for themselves; for others it
 * is a change of their records.
 */
function consumeQuota(context: Context): Handler {
  const { users, clock, brands } = context;
  const body = reader(ConsumeBody);
  return async (request) => {
    await answered(users.directory.latest());
    const call = await callOf(request, context);
    const { brand, caller } = call;
    const sent = readBody(request, body);
    const now = clock();
    // Asked when it is decided, so that the settings are those of the decision.
    const current = () => brands.byId(brand.organization.id) ?? brand;
    return changeUser(request, context, call, {
      name: 'consume-quota',
      id: sent.userId ?? caller.userId,
      command: (user) => commandFor(user, current(), sent.featureCode, sent.amount ?? 1, now),
      body: sent,
      answer: (user) => {
        const entitlement = entitlementOf(user, current(), sent.featureCode);
        return success(200, JSON.stringify(entitlement && usageView(entitlement, user, current(), now)), user.version);
      },
    });
  };
}

function commandFor(user: User, brand: Brand, code: string, amount: number, now: number): ConsumeQuota {
  const base = { type: 'consume-quota', amount } as const;
  const entitlement = entitlementOf(user, brand, code);
  const { packageExpiresAt } = user.membership;
  if (entitlement === undefined) {
    const violation = refusal('FeatureNotAvailable', 'The package does not contain the feature.');
    return { ...base, feature: '', period: '', limit: 0, violation };
  }
  const period = quotaPeriod(entitlement.held, now, user.createdAt).key;
  const next = { ...base, feature: entitlement.feature.id, period, limit: entitlement.limit };
  if (packageExpiresAt === null || now < packageExpiresAt) return next;
  return { ...next, violation: refusal('PackageExpired', 'The package has expired.') };
}

function usageView({ held, feature, limit }: Entitlement, user: User, brand: Brand, now: number): QuotaUsageView {
  const { key, start, end } = quotaPeriod(held, now, user.createdAt);
  const used = usedQuota(user, feature.id, key);
  const shown = packageFeatureView(held, brand.section, brand.organization.id);
  if (shown === null) throw new Error('a feature that a package contains is one of the brand');
  return {
    id: hash('sha256', JSON.stringify([user.id, feature.id, key]), 'hex').slice(0, 18),
    feature: shown,
    usedAmount: used,
    limitAmount: limit,
    remainingAmount: limit === null ? null : Math.max(0, limit - used),
    isUnlimited: limit === null,
    periodKey: key,
    periodStartDate: isoDate(start),
    periodEndDate: end === null ? null : isoDate(end),
    status: statusOf(used, limit),
    modifiedDate: modifiedAt(user, feature.id),
  };
}

function statusOf(used: number, limit: number | null): QuotaUsageView['status'] {
  if (limit === null || used < limit * WARNING) return 'Normal';
  return used < limit ? 'Warning' : 'Exceeded';
}

function modifiedAt({ membership: { quotas } }: User, featureId: string): string | null {
  const count = Object.hasOwn(quotas, featureId) ? quotas[featureId] : undefined;
  return count === undefined ? null : isoDate(count.changedAt);
}
