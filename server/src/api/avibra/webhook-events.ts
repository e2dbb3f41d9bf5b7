import { type BenefitEnrolment, pendingSwap } from '../../core/user/benefits.ts';
import type { EventType, UserEvent } from '../../core/user/events.ts';

/** What a partner may be told of. */
export type AvibraEventName =
  | 'enrollment_request_received'
  | 'enrollment_successful'
  | 'offer_activation_successful'
  | 'offer_upgrade_successful'
  | 'offer_cancellation_successful'
  | 'user_benefits_pendingswap';

/** The schema `moredetail`: a name may occur more than once. */
export interface MoreDetail {
  readonly name: string;
  readonly value: string;
}

export interface PartnerEvent {
  readonly event: AvibraEventName;
  /** The id by which the partner named the user. */
  readonly userid: string;
  /** What only some events tell. */
  readonly moredetails: readonly MoreDetail[];
}

/** What an event of a record means to the partner, by its type. A lower offer that begins is an offer that begins. */
const NAMES = {
  'user.enrolment_requested': 'enrollment_request_received',
  'user.enrolled': 'enrollment_successful',
  'user.offer_activated': 'offer_activation_successful',
  'user.offer_upgraded': 'offer_upgrade_successful',
  'user.offer_downgraded': 'offer_activation_successful',
  'user.benefits_chosen': 'user_benefits_pendingswap',
  'user.enrolment_cancelled': 'offer_cancellation_successful',
  // The enrolments of a user end with it.
  'user.deleted': 'offer_cancellation_successful',
} as const satisfies Partial<Record<EventType, AvibraEventName>>;

/** Types of the events of a record that a partner may be told of. */
export const TELLING_EVENTS: readonly EventType[] = ['user.created', ...(Object.keys(NAMES) as (keyof typeof NAMES)[])];

/** What an event of a record is to a partner; `null` when it is nothing to it. */
export function partnerEventOf({ type, at, changes }: UserEvent, partnername: string): PartnerEvent | null {
  const change = changes['membership.benefits'];
  const [before, after] = [change?.before, change?.after].map((enrolments) =>
    (enrolments as readonly BenefitEnrolment[] | undefined)?.find(({ partner }) => partner === partnername),
  );
  if (after === undefined || JSON.stringify(before) === JSON.stringify(after)) return null;
  const event = nameOf(type, after);
  return event && { event, userid: after.knownAs, moredetails: detailsOf(event, before, after, at) };
}

function nameOf(type: EventType, { state }: BenefitEnrolment): AvibraEventName | null {
  if (type === 'user.created') return state === 'enrolled' ? 'enrollment_successful' : 'enrollment_request_received';
  return type in NAMES ? NAMES[type as keyof typeof NAMES] : null;
}

function detailsOf(
  event: AvibraEventName,
  before: BenefitEnrolment | undefined,
  { offer }: BenefitEnrolment,
  at: number,
): MoreDetail[] {
  switch (event) {
    case 'enrollment_request_received':
    case 'enrollment_successful':
      return [];
    case 'offer_activation_successful':
    case 'offer_upgrade_successful':
      return [...named('offername', offer?.name), ...named('previousoffername', before?.offer?.name)];
    case 'offer_cancellation_successful':
      return named('offername', before?.offer?.name);
    case 'user_benefits_pendingswap': {
      const swap = offer && pendingSwap(at, offer);
      return [
        ...named('offername', offer?.name),
        ...named('addedbenefit', ...(swap?.added ?? [])),
        ...named('removedbenefit', ...(swap?.removed ?? [])),
        ...named('swapattimestamp', swap === null ? undefined : new Date(swap.at).toISOString()),
      ];
    }
  }
}

function named(name: string, ...values: readonly (string | undefined)[]): MoreDetail[] {
  return values.flatMap((value) => (value === undefined ? [] : [{ name, value }]));
}
