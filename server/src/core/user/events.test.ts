import { describe, expect, it } from 'vitest';
import { EVENT_TYPES, isSecret, SUBSCRIBABLE } from './events.ts';

const typesThat = (holds: (type: string, visible: boolean) => boolean) =>
  Object.entries(EVENT_TYPES).flatMap(([type, { visible }]) => (holds(type, visible) ? [type] : []));

describe('what may be subscribed to', () => {
  it('is every change that readers see', () => {
    const told: readonly string[] = SUBSCRIBABLE;
    expect(typesThat((type, visible) => visible && !told.includes(type))).toEqual([]);
    expect(new Set(told).size).toBe(told.length);
  });

  it('is nothing about codes, checks, factors, sessions and devices', () => {
    const told: readonly string[] = SUBSCRIBABLE;
    const others = typesThat((type, visible) => !visible && told.includes(type));
    expect(others).toEqual(['user.metadata_changed', 'user.password_changed']);
  });
});

describe('fields that are secret', () => {
  it.each(['password.hash', 'password.code', 'email.code', 'credentials.tokens', 'credentials.secret', 'apps.devices'])(
    '%s',
    (field) => expect(isSecret(field)).toBe(true),
  );

  it('are no fields that readers see', () => {
    expect(['email.value', 'profile.givenName', 'state', 'extra.metadata'].filter(isSecret)).toEqual([]);
  });
});
