import { describe, expect, it } from 'vitest';
import { createUser, directory, given, NOW } from '../../../test/support/given.ts';
import type { Command, EnrolmentChange } from '../../core/user/commands.ts';
import { decide } from '../../core/user/decide.ts';
import { EVENT_SCHEMA, type UserEvent } from '../../core/user/events.ts';
import { partnerEventOf, TELLING_EVENTS } from './webhook-events.ts';

const ACME = { partner: 'acme', knownAs: 'ext-7' };
const offers = [
  { name: 'basic', benefits: [{ name: 'life', isIncluded: true }] },
  {
    name: 'plus',
    benefits: [
      { name: 'life', isIncluded: true },
      { name: 'dental', isIncluded: false },
    ],
  },
];
const change = (step: Partial<EnrolmentChange>): Command => ({
  type: 'update-user',
  enrolment: { ...ACME, ...step } as EnrolmentChange,
});
const enrol = change({ step: 'enrol', offer: 'basic' });
const up = change({ step: 'move', offers, offer: 'plus' });
const down = change({ step: 'move', offers, offer: 'basic' });
const cancel = change({ step: 'cancel' });

/** The events of a command, as they are recorded. */
function eventsOf(command: Command, ...before: readonly Command[]): UserEvent[] {
  const { user } = given(...before);
  const { events } = decide(command, user, { now: NOW, directory: directory() });
  return events.map((event, index) => ({
    ...event,
    userId: '1',
    organizationId: 'org-a',
    kind: 'human',
    sequence: index + 1,
    schema: EVENT_SCHEMA,
    at: NOW,
    origin: { actor: 'system', dialect: 'test', client: 'test', requestId: 'test' },
  }));
}

const told = (command: Command, ...before: readonly Command[]) =>
  eventsOf(command, ...before).map((event) => {
    const meaning = partnerEventOf(event, 'acme');
    if (meaning !== null) expect(TELLING_EVENTS).toContain(event.type);
    return (
      meaning && [meaning.event, meaning.userid, ...meaning.moredetails.map(({ name, value }) => `${name}=${value}`)]
    );
  });
const ID = 'ext-7';

describe('what a partner is told', () => {
  it('of a creation: that it was enrolled, and with what', () => {
    expect(told(createUser({ enrolment: { ...ACME, step: 'enrol', offer: 'basic' } }))).toEqual([
      ['enrollment_successful', ID],
      ['offer_activation_successful', ID, 'offername=basic'],
    ]);
  });

  it('of a request, the first and those that follow', () => {
    const request = { ...ACME, step: 'request', key: 'k' } as const;
    expect(told(createUser({ enrolment: request }))).toEqual([['enrollment_request_received', ID]]);
    expect(told(change({ ...request, key: 'l' }), createUser({ enrolment: request }))).toEqual([
      ['enrollment_request_received', ID],
    ]);
    expect(told(enrol, createUser({ enrolment: request }))).toEqual([
      ['enrollment_successful', ID],
      ['offer_activation_successful', ID, 'offername=basic'],
    ]);
  });

  it('of a move: an upgrade as such, a lower offer as one that begins', () => {
    expect(told(up, createUser(), enrol)).toEqual([
      ['offer_upgrade_successful', ID, 'offername=plus', 'previousoffername=basic'],
    ]);
    expect(told(down, createUser(), enrol, up)).toEqual([
      ['offer_activation_successful', ID, 'offername=basic', 'previousoffername=plus'],
    ]);
  });

  it('of a choice: what begins and what ends, and when', () => {
    const choice = change({ step: 'move', offers, benefits: ['dental'] });
    const at = 'swapattimestamp=2026-02-01T00:00:00.000Z';
    expect(told(choice, createUser(), enrol, up)).toEqual([
      ['user_benefits_pendingswap', ID, 'offername=plus', 'addedbenefit=dental', 'removedbenefit=life', at],
    ]);
    expect(told(change({ step: 'move', offers, benefits: ['life'] }), createUser(), enrol, up, choice)).toEqual([
      ['user_benefits_pendingswap', ID, 'offername=plus'],
    ]);
  });

  it('of a cancellation, and of the end of the user', () => {
    expect(told(cancel, createUser(), enrol)).toEqual([['offer_cancellation_successful', ID, 'offername=basic']]);
    expect(told({ type: 'delete-user' }, createUser(), enrol)).toEqual([
      ['offer_cancellation_successful', ID, 'offername=basic'],
    ]);
    expect(told({ type: 'delete-user' }, createUser(), enrol, cancel)).toEqual([null]);
  });

  it('of anything else, and by the name of another partner: nothing', () => {
    expect(told(createUser())).toEqual([null]);
    expect(told({ type: 'update-user', profile: { givenName: 'A' }, state: 'locked' }, createUser(), enrol)).toEqual([
      null,
      null,
    ]);
    expect(eventsOf(enrol, createUser()).map((event) => partnerEventOf(event, 'globex'))).toEqual([null, null]);
  });
});
