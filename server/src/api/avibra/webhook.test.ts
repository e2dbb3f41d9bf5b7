import { describe, expect, it } from 'vitest';
import { emailChanged } from '../../../test/support/event-deliveries.ts';
import type { BenefitEnrolment } from '../../core/user/benefits.ts';
import type { EventType, UserEvent } from '../../core/user/events.ts';
import type { PartnerSection } from './section.ts';
import { partnerRequest } from './webhook.ts';

const AT = Date.UTC(2026, 0, 15, 12);
const SWAP = Date.UTC(2026, 1, 1);
const EVERY_EVENT = [
  'enrollment_request_received',
  'enrollment_successful',
  'offer_activation_successful',
  'offer_upgrade_successful',
  'offer_cancellation_successful',
  'user_benefits_pendingswap',
];

function sectionOf(more: Partial<NonNullable<PartnerSection['webhook']>> = {}): PartnerSection {
  return {
    partnerName: 'acme',
    clientId: 'c',
    clientSecretDigest: 'd',
    scope: 'users',
    apiKeyDigest: 'd',
    linkToken: null,
    webhook: { url: 'https://hook.test/', events: EVERY_EVENT, username: null, sealedPassword: null, ...more },
  };
}

const enrolment = (more: Partial<BenefitEnrolment> = {}): BenefitEnrolment => ({
  partner: 'acme',
  knownAs: 'person-7',
  state: 'enrolled',
  since: AT,
  offer: null,
  requestKey: null,
  ...more,
});
const offer = (name: string, swap: NonNullable<BenefitEnrolment['offer']>['swap'] = null) =>
  enrolment({ offer: { name, since: AT, chosen: null, swap } });

function eventOf(type: EventType, before: readonly BenefitEnrolment[], after: readonly BenefitEnrolment[]): UserEvent {
  return emailChanged({ type, at: AT, changes: { 'membership.benefits': { before, after } } });
}

const SECRETS = { open: (sealed: string) => sealed.replace('sealed ', '') };
const request = (event: UserEvent, section = sectionOf()) => partnerRequest(event, section, SECRETS);
const bodyOf = (event: UserEvent) => JSON.parse(request(event)?.body ?? 'null');

const ENROLLED = eventOf('user.enrolled', [], [enrolment()]);

describe('what a partner is sent', () => {
  it('tells event, user, partner and time', () => {
    expect(bodyOf(ENROLLED)).toEqual({
      event: 'enrollment_successful',
      userid: 'person-7',
      partnername: 'acme',
      eventtime: '2026-01-15T12:00:00.000Z',
    });
  });

  it.each<[EventType, BenefitEnrolment[], BenefitEnrolment[], string, string[]]>([
    ['user.enrolment_requested', [], [enrolment({ state: 'requested' })], 'enrollment_request_received', []],
    ['user.offer_activated', [enrolment()], [offer('Silver')], 'offer_activation_successful', ['offername=Silver']],
    [
      'user.offer_upgraded',
      [offer('Silver')],
      [offer('Gold')],
      'offer_upgrade_successful',
      ['offername=Gold', 'previousoffername=Silver'],
    ],
    [
      'user.benefits_chosen',
      [offer('Gold')],
      [offer('Gold', { at: SWAP, added: ['Dental', 'Vision'], removed: ['Life'] })],
      'user_benefits_pendingswap',
      [
        'offername=Gold',
        'addedbenefit=Dental',
        'addedbenefit=Vision',
        'removedbenefit=Life',
        'swapattimestamp=2026-02-01T00:00:00.000Z',
      ],
    ],
    [
      'user.enrolment_cancelled',
      [offer('Gold')],
      [enrolment({ state: 'cancelled' })],
      'offer_cancellation_successful',
      ['offername=Gold'],
    ],
  ])('of %s has its name and its details', (type, before, after, event, details) => {
    const body = bodyOf(eventOf(type, before, after));
    expect(body.event).toBe(event);
    const told = (body.moredetails ?? []).map(({ name, value }: { name: string; value: string }) => `${name}=${value}`);
    expect(told).toEqual(details);
    expect('moredetails' in body).toBe(details.length > 0);
  });

  it('is nothing about other events, other partners, and what it did not choose', () => {
    expect(request(emailChanged())).toBeNull();
    expect(request(eventOf('user.enrolled', [], [enrolment({ partner: 'globex' })]))).toBeNull();
    expect(request(ENROLLED, sectionOf({ events: ['offer_upgrade_successful'] }))).toBeNull();
    expect(request(ENROLLED, { ...sectionOf(), webhook: null })).toBeNull();
  });

  it('comes with Basic credentials, or with none', () => {
    const withPassword = sectionOf({ username: 'hook', sealedPassword: 'sealed p:ä' });
    const authorization = request(ENROLLED, withPassword)?.headers.authorization ?? '';
    expect(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()).toBe('hook:p:ä');
    expect(request(ENROLLED)?.headers).not.toHaveProperty('authorization');
  });

  it('has the same key whenever it is sent, and another for every event', () => {
    const keyOf = (event: UserEvent) => request(event)?.headers['idempotency-key'];
    expect(keyOf(ENROLLED)).toMatch(/^[\w-]{32}$/);
    expect(keyOf({ ...ENROLLED })).toBe(keyOf(ENROLLED));
    expect(keyOf({ ...ENROLLED, sequence: 8 })).not.toBe(keyOf(ENROLLED));
    expect(keyOf({ ...ENROLLED, userId: 'other' })).not.toBe(keyOf(ENROLLED));
  });
});
