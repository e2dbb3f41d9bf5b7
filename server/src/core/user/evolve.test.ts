import { describe, expect, it } from 'vitest';
import { createUser, event, given, NOW } from '../../../test/support/given.ts';
import { EVENT_SCHEMA, EVENT_TYPES, type EventType, type UserEvent } from './events.ts';
import { evolve, isVisible, replay } from './evolve.ts';
import { EMPTY_USER } from './user.ts';

function recorded(sequence: number, type: EventType, changes: UserEvent['changes'] = {}, at = NOW): UserEvent {
  const origin = { actor: 'system', dialect: 'test', client: 'test', requestId: '1' };
  return {
    userId: '1',
    organizationId: 'o',
    kind: 'machine',
    sequence,
    type,
    schema: EVENT_SCHEMA,
    at,
    origin,
    changes,
  };
}

describe('evolve', () => {
  it('starts from an empty record', () => {
    expect(replay([recorded(1, 'user.created')])).toEqual({
      ...EMPTY_USER,
      id: '1',
      organizationId: 'o',
      kind: 'machine',
      sequence: 1,
      version: 1,
      createdAt: NOW,
      changedAt: NOW,
    });
    expect(replay([])).toBeNull();
  });

  it.each(Object.keys(EVENT_TYPES) as EventType[])('moves the version with %s only when readers see it', (type) => {
    const user = replay([recorded(1, 'user.created'), recorded(2, type, {}, NOW + 9)]);
    const seen = EVENT_TYPES[type].visible;
    expect(isVisible(type)).toBe(seen);
    expect(user).toMatchObject({
      sequence: 2,
      version: seen ? 2 : 1,
      changedAt: seen ? NOW + 9 : NOW,
      createdAt: NOW,
    });
  });

  it('changes neither the record it is given nor the empty one', () => {
    const before = replay([recorded(1, 'user.created', { 'profile.givenName': { before: null, after: 'A' } })]);
    const copy = structuredClone(before);
    const changes = {
      'profile.givenName': { before: 'A', after: 'B' },
      'email.value': { before: null, after: 'x' },
      'profile.nickName': { before: null, after: 'N' },
      state: { before: 'active', after: 'locked' },
    } as const;
    const after = evolve(before, recorded(2, 'user.profile_changed', changes));
    expect(before).toEqual(copy);
    expect(after).toMatchObject({ profile: { givenName: 'B', nickName: 'N' }, email: { value: 'x' }, state: 'locked' });
    expect(EMPTY_USER.profile.givenName).toBeNull();
  });
});

it('secrets are not shown twice: an event never holds what an older one did', () => {
  const { user } = given(createUser({ password: { secret: { hash: '$one' }, changeRequired: false } })).when({
    type: 'update-user',
    password: { secret: { hash: '$two' }, changeRequired: false, proof: null, unchanged: false, lockAfter: 0 },
  });
  expect(user.password.hash).toBe('$two');
  given(createUser({ password: { secret: { hash: '$one' }, changeRequired: false } }))
    .when({
      type: 'update-user',
      password: { secret: { hash: '$two' }, changeRequired: false, proof: null, unchanged: false, lockAfter: 0 },
    })
    .thenEvents(event('user.password_changed', { 'password.hash': [null, '$two'] }));
});
