import { describe, expect, it } from 'vitest';
import { createUser, event, given, NOW } from '../../../test/support/given.ts';
import type { BenefitEnrolment } from './benefits.ts';
import type { EnrolmentChange, UpdateUser } from './commands.ts';

const FIELD = 'membership.benefits';
const FEBRUARY = Date.UTC(2026, 1, 1);
const ACME = { partner: 'acme', knownAs: '7' };
const offers = [
  {
    name: 'basic',
    benefits: [
      { name: 'life', isIncluded: true },
      { name: 'dental', isIncluded: false },
    ],
  },
  {
    name: 'plus',
    benefits: [
      { name: 'life', isIncluded: true },
      { name: 'dental', isIncluded: true },
    ],
  },
];

type Without<T> = T extends unknown ? Omit<T, 'partner' | 'knownAs'> : never;

function update(change: Without<EnrolmentChange>): UpdateUser {
  return { type: 'update-user', enrolment: { ...ACME, ...change } as EnrolmentChange };
}

const enrol = (offer: string | null = null) => update({ step: 'enrol', offer });
const request = (key: string | null) => update({ step: 'request', key });
const move = (offer?: string, benefits?: string[]) =>
  update({ step: 'move', offers, ...(offer && { offer }), ...(benefits && { benefits }) });
const cancel = update({ step: 'cancel' });

const as = (state: BenefitEnrolment['state'], more: Partial<BenefitEnrolment> = {}): BenefitEnrolment => ({
  ...ACME,
  state,
  since: NOW,
  offer: null,
  requestKey: null,
  ...more,
});
const holding = (name: string, more = {}) =>
  as('enrolled', { offer: { name, since: NOW, chosen: null, swap: null, ...more } });

describe('a creation that enrols', () => {
  it('given an offer, when it is decided, then the enrolment is part of it and the offer follows', () => {
    given()
      .when(createUser({ enrolment: { ...ACME, step: 'enrol', offer: 'basic' } }))
      .thenEvents(
        event('user.created', { [FIELD]: [[], [as('enrolled')]] }),
        event('user.offer_activated', { [FIELD]: [[as('enrolled')], [holding('basic')]] }),
      );
  });

  it('given a request, when it is decided, then it is part of the creation', () => {
    given()
      .when(createUser({ enrolment: { ...ACME, step: 'request', key: 'k' } }))
      .thenEvents(event('user.created', { [FIELD]: [[], [as('requested', { requestKey: 'k' })]] }));
  });
});

describe('a request', () => {
  it('given another one, when it is made anew, then it takes its place, unless it has the same key', () => {
    const { when } = given(createUser(), request('k'));
    const before = as('requested', { requestKey: 'k' });
    when(request('l')).thenEvents(
      event('user.enrolment_requested', { [FIELD]: [[before], [as('requested', { requestKey: 'l' })]] }),
    );
    when(request(null)).thenTypes('user.enrolment_requested');
    when(request('k')).thenRefused('enrolment_requested');
  });

  it('given one without a key, when it is repeated, then it is another one', () => {
    given(createUser(), request(null))
      .when(request(null), NOW + 1)
      .thenTypes('user.enrolment_requested');
  });

  it('given an enrolled user, when it is made, then it is refused', () => {
    given(createUser(), enrol()).when(request('k')).thenRefused('enrolment_requested');
  });

  it('given a request that was granted, or cancelled, when its key comes again, then nothing of it stands', () => {
    const requested = given(createUser(), request('k'));
    expect(requested.user?.membership.benefits[0]?.requestKey).toBe('k');
    given(createUser(), request('k'), cancel).when(request('k')).thenTypes('user.enrolment_requested');
    expect(given(createUser(), request('k'), enrol()).user?.membership.benefits[0]?.requestKey).toBeNull();
  });
});

describe('an enrolment', () => {
  it('given a request, when it is granted with an offer, then both are told', () => {
    given(createUser(), request('k')).when(enrol('basic')).thenTypes('user.enrolled', 'user.offer_activated');
  });

  it('given an enrolled user, when it is enrolled again, then nothing happens', () => {
    given(createUser(), enrol('basic')).when(enrol('plus')).thenEvents();
  });

  it('given enrolments with others, when it changes, then they stay where they are', () => {
    const other: UpdateUser = {
      type: 'update-user',
      enrolment: { partner: 'other', knownAs: '1', step: 'enrol', offer: null },
    };
    const { user } = given(createUser(), enrol(), other, cancel);
    expect(user?.membership.benefits.map(({ partner, state }) => [partner, state])).toEqual([
      ['acme', 'cancelled'],
      ['other', 'enrolled'],
    ]);
  });
});

describe('a move', () => {
  it.each([
    ['a higher offer', 'basic', 'plus', ['user.offer_upgraded']],
    ['a lower offer', 'plus', 'basic', ['user.offer_downgraded']],
    ['the same offer', 'plus', 'plus', []],
    ['a first offer', null, 'plus', ['user.offer_activated']],
    ['an offer where the one before is not given any more', 'gone', 'basic', ['user.offer_upgraded']],
  ] as const)('given %s, when it is made, then it is told as what it is', (_what, from, to, types) => {
    given(createUser(), enrol(from))
      .when(move(to))
      .thenTypes(...types);
  });

  it('given a user that is not enrolled, when it is made, then it enrols it', () => {
    given(createUser()).when(move('basic')).thenTypes('user.enrolled', 'user.offer_activated');
    given(createUser(), enrol('plus'), cancel).when(move('plus')).thenTypes('user.enrolled', 'user.offer_activated');
  });

  it('given a choice, when another offer comes, then it is forgotten', () => {
    const { user } = given(createUser(), enrol('basic'), move(undefined, ['dental']), move('plus'));
    expect(user?.membership.benefits).toEqual([holding('plus')]);
  });
});

describe('a choice of benefits', () => {
  const swap = { at: FEBRUARY, added: ['dental'], removed: ['life'] };

  it('given an offer, when it is made, then it waits for the next swap', () => {
    given(createUser(), enrol('basic'))
      .when(move(undefined, ['dental', 'dental']))
      .thenEvents(event('user.benefits_chosen', { [FIELD]: [[holding('basic')], [holding('basic', { swap })]] }));
  });

  it('given the same choice, or that of what one has, when it is made, then nothing happens', () => {
    const { when } = given(createUser(), enrol('basic'), move(undefined, ['dental']));
    when(move(undefined, ['dental']), NOW + 1).thenEvents();
    given(createUser(), enrol('basic'))
      .when(move(undefined, ['life']))
      .thenEvents();
  });

  it('given a choice, when what one has is chosen before its time, then there is nothing to swap', () => {
    const { when } = given(createUser(), enrol('basic'), move(undefined, ['dental']));
    const { user } = when(move(undefined, ['life'])).thenTypes('user.benefits_chosen');
    expect(user.membership.benefits).toEqual([holding('basic')]);
  });

  it('given a choice whose time has come, when another one is made, then it starts from there', () => {
    const { when } = given(createUser(), enrol('basic'), move(undefined, ['dental']));
    const { user } = when(move(undefined, ['life', 'dental']), FEBRUARY).thenTypes('user.benefits_chosen');
    const next = { at: Date.UTC(2026, 2, 1), added: ['life'], removed: [] };
    expect(user.membership.benefits).toEqual([holding('basic', { chosen: ['dental'], swap: next })]);
    when(move(undefined, ['dental']), FEBRUARY).thenEvents();
  });

  it('given a move and a choice, when both are asked for, then the offer comes now and the benefits later', () => {
    given(createUser(), enrol('basic'))
      .when(move('plus', ['life']))
      .thenTypes('user.offer_upgraded', 'user.benefits_chosen');
  });

  it.each([
    ['no offer', enrol(), ['life'], 'offer_missing'],
    ['no enrolment', cancel, ['life'], 'offer_missing'],
    ['an offer that is not given any more', enrol('gone'), ['life'], 'offer_missing'],
    ['a benefit of another offer', enrol('basic'), ['vision'], 'value_invalid'],
  ] as const)('given %s, when it is made, then it is refused', (_what, before, benefits, reason) => {
    given(createUser(), before)
      .when(move(undefined, [...benefits]))
      .thenRefused(reason);
  });
});

describe('a cancellation', () => {
  it('given an offer, when it is made, then nothing of it is left', () => {
    given(createUser(), enrol('basic'))
      .when(cancel)
      .thenEvents(event('user.enrolment_cancelled', { [FIELD]: [[holding('basic')], [as('cancelled')]] }));
  });

  it('given no enrolment, when it is made, then it is remembered; given one before, then nothing happens', () => {
    given(createUser()).when(cancel).thenTypes('user.enrolment_cancelled');
    given(createUser(), cancel)
      .when(cancel, NOW + 1)
      .thenEvents();
  });

  it('given the end of the user, when it comes, then its enrolments end with it', () => {
    const { user } = given(createUser(), enrol('basic')).when({ type: 'delete-user' }).thenTypes('user.deleted');
    expect(user.membership.benefits).toEqual([as('cancelled')]);
  });
});
