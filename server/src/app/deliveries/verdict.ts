import { type Delivery, type ReceiverState, type Settlement, UNTRIED } from '../ports/outbox.ts';
import type { Outcome } from '../ports/sender.ts';
import { askedFor, DOWN_AFTER, LIFETIME, nextProbe, nextTry } from './policy.ts';

/** What follows from the end of a try. */
export interface Verdict extends Pick<Settlement, 'delivered' | 'postponed' | 'dead'> {
  readonly state: ReceiverState;
}

export interface Try {
  readonly delivery: Delivery;
  readonly outcome: Outcome;
  /** It began before the receiver was found to be down, so that it says nothing new of it when it fails. */
  readonly isLate: boolean;
  /** Where the receiver is. */
  readonly address: string | null;
  readonly now: number;
  /** From 0 to 1. */
  readonly random: number;
}

const NOTHING = { delivered: [], postponed: [], dead: [] };

/** Whether a receiver is taken to be down: one delivery at a time finds out whether it still is. */
export function isDown({ failures }: ReceiverState): boolean {
  return failures >= DOWN_AFTER;
}

/** Decides what becomes of a delivery, and how its receiver is doing. Pure. */
export function judge(state: ReceiverState, made: Try): Verdict {
  const verdict = judged(state, made);
  // Senders mark what ended before the receiver was contacted: that says nothing of it.
  return made.outcome.untried === true ? { ...verdict, state } : verdict;
}

function judged(state: ReceiverState, made: Try): Verdict {
  const { delivery, outcome, address, now } = made;
  switch (outcome.type) {
    case 'delivered':
      return { ...NOTHING, delivered: [delivery], state: inUse(state, state.answer) };
    case 'refused':
      return { ...NOTHING, ...buried(delivery, outcome.answer, now), state: inUse(state, outcome.answer) };
    case 'gone': {
      const { answer } = outcome;
      const gone = { ...UNTRIED, id: state.id, disabledAt: now, disabledAddress: address, answer };
      return { ...NOTHING, ...buried(delivery, answer, now), state: gone };
    }
    case 'failed':
      return outcome.isDown ? failedAsAWhole(state, made, outcome) : failedAlone(state, made, outcome);
  }
}

type Failure = Extract<Outcome, { readonly type: 'failed' }>;

/** The receiver answered, so it is there for others. */
function failedAlone(state: ReceiverState, made: Try, outcome: Failure): Verdict {
  return { ...again(made, outcome), state: inUse(state, outcome.answer) };
}

function failedAsAWhole(state: ReceiverState, made: Try, outcome: Failure): Verdict {
  const { delivery, isLate, now, random } = made;
  const { answer, retryAfter = 0 } = outcome;
  if (isLate && isDown(state)) return failedLate(state, made, outcome);
  const failures = state.failures + 1;
  const next = { ...state, failures, answer };
  if (!isDown(next)) return { ...again(made, outcome), state: next };
  const dueAt = nextProbe(failures, { now, random, retryAfter });
  return { ...resting(delivery, dueAt, answer, now), state: { ...next, dueAt } };
}

/** It is known to be down, but may ask for more time than it was to have. */
function failedLate(state: ReceiverState, { delivery, now }: Try, { answer, retryAfter }: Failure): Verdict {
  const dueAt = retryAfter === undefined ? state.dueAt : Math.max(state.dueAt, now + askedFor(retryAfter));
  return { ...resting(delivery, dueAt, answer, now), state: dueAt === state.dueAt ? state : { ...state, dueAt } };
}

/** Behind the others of the receiver, so that not the same one is the probe each time. */
function resting(delivery: Delivery, dueAt: number, answer: string, now: number): Omit<Verdict, 'state'> {
  if (now >= delivery.createdAt + LIFETIME) return { ...NOTHING, ...buried(delivery, answer, now) };
  return { ...NOTHING, postponed: [{ delivery, dueAt, counts: false }] };
}

function again({ delivery, now, random }: Try, { answer, retryAfter = 0 }: Failure): Omit<Verdict, 'state'> {
  const dueAt = nextTry(delivery, { now, random, retryAfter });
  if (dueAt === null) return { ...NOTHING, ...buried(delivery, answer, now) };
  return { ...NOTHING, postponed: [{ delivery, dueAt, counts: true }] };
}

function buried(delivery: Delivery, answer: string, at: number): Pick<Settlement, 'dead'> {
  return { dead: [{ delivery, answer, at }] };
}

function inUse(state: ReceiverState, answer: string | null): ReceiverState {
  if (state.disabledAt !== null) return { ...state, answer };
  if (state.failures === 0 && state.dueAt === 0 && state.answer === answer) return state;
  return { ...UNTRIED, id: state.id, answer };
}
