import type { BenefitEnrolment, OfferTerms } from '../../core/user/benefits.ts';
import type { User } from '../../core/user/user.ts';

/** What a partner gives its users, as its settings say. */
export interface PartnerOffer extends OfferTerms {
  readonly description: string | null;
  /** Whoever is enrolled gets it. At most one of a partner. */
  readonly isDefault: boolean;
  readonly benefits: readonly PartnerBenefit[];
}

export interface PartnerBenefit {
  readonly name: string;
  readonly description: string | null;
  readonly isIncluded: boolean;
}

/** Name of the offer that new users get; `null` where there is none. */
export function defaultOffer(offers: readonly PartnerOffer[] = []): string | null {
  return offers.find(({ isDefault }) => isDefault)?.name ?? null;
}

export function enrolmentOf({ membership }: User, partnerName: string): BenefitEnrolment | undefined {
  return membership.benefits.find(({ partner }) => partner === partnerName);
}
