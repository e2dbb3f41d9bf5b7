import { DomainError } from '../errors.ts';
import {
  type ActiveOffer,
  type BenefitEnrolment,
  type BenefitSwap,
  benefitsAt,
  nextSwap,
  type OfferTerms,
  pendingSwap,
} from './benefits.ts';
import type { EnrolmentChange, MoveOffer } from './commands-enrolment.ts';
import type { EventType, NewEvent } from './events.ts';

type Enrolments = readonly BenefitEnrolment[];
/** What happens, and the enrolment as it is then. */
type Step = readonly [EventType, BenefitEnrolment];

/**
 * The events of a change, each with the enrolment as it leaves it; none when nothing changes.
 *
 * @throws DomainError `enrolment_requested`, `offer_missing`, `value_invalid`
 */
export function enrolmentEvents(change: EnrolmentChange, enrolments: Enrolments, now: number): NewEvent[] {
  const known = enrolments.find(({ partner }) => partner === change.partner);
  let before = enrolments;
  return stepsOf(change, known, now).map(([type, enrolment]) => {
    const after = withEnrolment(before, enrolment);
    const event: NewEvent = { type, changes: { 'membership.benefits': { before, after } } };
    before = after;
    return event;
  });
}

/** As the end of the user leaves them. */
export function endedEnrolments(enrolments: Enrolments, now: number): Enrolments {
  return enrolments.map((one) => (one.state === 'cancelled' ? one : { ...one, ...inState('cancelled', now) }));
}

function stepsOf(change: EnrolmentChange, known: BenefitEnrolment | undefined, now: number): Step[] {
  const { partner, knownAs } = change;
  const identity = { partner, knownAs };
  switch (change.step) {
    case 'request': {
      const { key } = change;
      const stands = known?.state === 'requested' && key !== null && known.requestKey === key;
      if (stands || known?.state === 'enrolled') throw new DomainError('enrolment_requested');
      return [['user.enrolment_requested', { ...identity, ...inState('requested', now), requestKey: key }]];
    }
    case 'enrol':
      return known?.state === 'enrolled' ? [] : enrolled(identity, change.offer, now);
    case 'move':
      return moved(change, known?.state === 'enrolled' ? known : null, identity, now);
    case 'cancel':
      if (known?.state === 'cancelled') return [];
      return [['user.enrolment_cancelled', { ...identity, ...inState('cancelled', now) }]];
  }
}

function inState(state: BenefitEnrolment['state'], since: number) {
  return { state, since, offer: null, requestKey: null };
}

function enrolled(identity: Pick<BenefitEnrolment, 'partner' | 'knownAs'>, offer: string | null, now: number): Step[] {
  const enrolment = { ...identity, ...inState('enrolled', now) };
  const steps: Step[] = [['user.enrolled', enrolment]];
  if (offer !== null) steps.push(['user.offer_activated', { ...enrolment, offer: newOffer(offer, now) }]);
  return steps;
}

function moved(
  { offers, offer: name, benefits }: MoveOffer,
  known: BenefitEnrolment | null,
  identity: Pick<BenefitEnrolment, 'partner' | 'knownAs'>,
  now: number,
): Step[] {
  const terms = offers.find((offer) => offer.name === (name ?? known?.offer?.name));
  if (terms === undefined) throw new DomainError('offer_missing');
  const steps: Step[] = known === null ? enrolled(identity, terms.name, now) : [];
  const current = steps.at(-1)?.[1] ?? known;
  let next: BenefitEnrolment = { ...identity, ...inState('enrolled', now), ...current };
  if (next.offer?.name !== terms.name) {
    const type = directionOf(next.offer, terms, offers);
    next = { ...next, offer: newOffer(terms.name, now) };
    steps.push([type, next]);
  }
  const offer = next.offer ?? newOffer(terms.name, now);
  const after = benefits === undefined ? null : chosen(offer, terms, benefits, now);
  if (after !== null) steps.push(['user.benefits_chosen', { ...next, offer: after }]);
  return steps;
}

/** An offer that is not given any more is lower than any other. */
function directionOf(from: ActiveOffer | null, to: OfferTerms, offers: readonly OfferTerms[]): EventType {
  if (from === null) return 'user.offer_activated';
  const rank = offers.findIndex(({ name }) => name === from.name);
  return rank < offers.indexOf(to) ? 'user.offer_upgraded' : 'user.offer_downgraded';
}

/** @returns `null` when it was so chosen already */
function chosen(offer: ActiveOffer, terms: OfferTerms, wanted: readonly string[], now: number): ActiveOffer | null {
  const offered = terms.benefits.map(({ name }) => name);
  if (wanted.some((name) => !offered.includes(name))) throw new DomainError('value_invalid', { field: 'benefits' });
  const has = benefitsAt(now, offer, terms);
  const added = offered.filter((name) => wanted.includes(name) && !has.includes(name));
  const removed = has.filter((name) => !wanted.includes(name));
  const pending = pendingSwap(now, offer);
  const swap = added.length + removed.length === 0 ? null : { at: nextSwap(now), added, removed };
  if (sameSwap(pending, swap)) return null;
  // A choice whose time has come is what the next one starts from.
  const isSettled = offer.swap !== null && pending === null;
  return { ...offer, chosen: isSettled ? has : offer.chosen, swap };
}

function sameSwap(a: BenefitSwap | null, b: BenefitSwap | null): boolean {
  return JSON.stringify([a?.at, a?.added, a?.removed]) === JSON.stringify([b?.at, b?.added, b?.removed]);
}

function newOffer(name: string, since: number): ActiveOffer {
  return { name, since, chosen: null, swap: null };
}

/** Where it stood, or at the end. */
function withEnrolment(enrolments: Enrolments, next: BenefitEnrolment): Enrolments {
  const isKnown = enrolments.some(({ partner }) => partner === next.partner);
  return isKnown ? enrolments.map((one) => (one.partner === next.partner ? next : one)) : [...enrolments, next];
}
