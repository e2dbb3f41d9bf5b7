import type { Clock } from '../../app/ports/clock.ts';
import type { Users } from '../../app/users.ts';
import { DomainError } from '../../core/errors.ts';
import { type ActiveOffer, benefitsAt, pendingSwap } from '../../core/user/benefits.ts';
import { jsonBody } from '../shared/body.ts';
import { etag } from '../shared/conditional.ts';
import type { Handler } from '../shared/route.ts';
import type { Authenticate } from './authenticate.ts';
import { enrolmentOf, type PartnerOffer } from './offers.ts';
import { type BenefitWithStatusInfo, readGetBenefitInfo } from './schema.ts';
import { targetOf } from './user-call.ts';

export interface GetBenefitsOptions {
  readonly authenticate: Authenticate;
  readonly users: Pick<Users, 'find' | 'checkCapability'>;
  readonly clock: Clock;
}

/** `POST /user/benefits`: every benefit of the offer that the user has, and how it stands with each. */
export function getBenefits({ authenticate, users, clock }: GetBenefitsOptions): Handler {
  return async (request) => {
    const { organizationId, name: partnerName, section, caller } = await authenticate(request);
    const { userid, partnername } = readGetBenefitInfo(jsonBody(request));
    if (partnername !== partnerName) throw new DomainError('user_not_found');
    // Whoever says what somebody gets may know it; of the record as a whole a partner reads nothing.
    await users.checkCapability(caller, 'benefits', organizationId);
    const user = await users.find(targetOf({ organizationId, partnerName, userid }));
    const enrolment = user === null ? undefined : enrolmentOf(user, partnerName);
    if (user === null || enrolment?.state === 'cancelled') throw new DomainError('user_not_found');
    const terms = section.offers?.find(({ name }) => name === enrolment?.offer?.name);
    const benefits = enrolment?.offer && terms ? benefitsWithStatus(enrolment.offer, terms, clock()) : [];
    return { status: 200, headers: { etag: etag(user.version) }, body: JSON.stringify(benefits) };
  };
}

function benefitsWithStatus(offer: ActiveOffer, terms: PartnerOffer, now: number): BenefitWithStatusInfo[] {
  const has = new Set(benefitsAt(now, offer, terms));
  const swap = pendingSwap(now, offer);
  const isAdded = (name: string) => swap?.added.includes(name) === true;
  const at = swap === null ? null : new Date(swap.at).toISOString();
  return terms.benefits.map(({ name, description }) => ({
    benefitname: name,
    benefitdescription: description,
    offername: terms.name,
    status: has.has(name) ? 'active' : isAdded(name) ? 'pending' : 'available',
    swapeffectiveattimestamp: isAdded(name) ? at : null,
    swapexpiresattimestamp: swap?.removed.includes(name) ? at : null,
  }));
}
