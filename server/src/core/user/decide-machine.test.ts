import { describe, expect, it } from 'vitest';
import { createUser, event, given, NOW } from '../../../test/support/given.ts';
import type { AddKey, AddToken } from './commands.ts';
import { MAX_KEYS, MAX_TOKENS } from './decide-machine.ts';

const HOUR = 3_600_000;
const machine = createUser({ kind: 'machine', username: 'robot' });
const key = (id: string, expiresAt = NOW + HOUR): AddKey => ({
  type: 'add-key',
  id,
  publicKey: `PEM ${id}`,
  expiresAt,
});
const token = (id: string, expiresAt = NOW + HOUR): AddToken => ({
  type: 'add-token',
  id,
  digest: `digest ${id}`,
  expiresAt,
});

describe('keys', () => {
  const stored = { id: 'a', publicKey: 'PEM a', createdAt: NOW, expiresAt: NOW + HOUR };

  it('are added and removed by their ids', () => {
    given(machine)
      .when(key('a'))
      .thenEvents(event('user.key_added', { 'credentials.keys': [[], [stored]] }));
    given(machine, key('a'), key('b'))
      .when({ type: 'remove-key', id: 'b' })
      .thenEvents(
        event('user.key_removed', {
          'credentials.keys': [[stored, { ...stored, id: 'b', publicKey: 'PEM b' }], [stored]],
        }),
      );
    given(machine, key('a')).when({ type: 'remove-key', id: 'b' }).thenRefused('key_not_found');
  });

  it('must expire later than now', () => {
    given(machine).when(key('a', NOW)).thenRefused('expiration_invalid');
    given(machine)
      .when(key('a', NOW + 1))
      .thenTypes('user.key_added');
  });

  it('are bounded in number; expired ones give way', () => {
    const full = Array.from({ length: MAX_KEYS }, (_, n) => key(`k${n}`));
    given(machine, ...full)
      .when(key('one more'))
      .thenRefused('credentials_full');
    const later = given(machine, ...full).when(key('one more', NOW + 3 * HOUR), NOW + HOUR);
    expect(later.user.credentials.keys.map(({ id }) => id)).toEqual(['one more']);
  });
});

describe('tokens', () => {
  it('are added and removed by their ids, and their digests stand once in the history', () => {
    const stored = { id: 'a', digest: 'digest a', createdAt: NOW, expiresAt: NOW + HOUR, source: 'api' };
    given(machine)
      .when(token('a'))
      .thenEvents(event('user.token_added', { 'credentials.tokens': [null, [stored]] }));
    given(machine, token('a'))
      .when({ type: 'remove-token', id: 'a' })
      .thenEvents(event('user.token_removed', { 'credentials.tokens': [null, []] }));
    given(machine).when({ type: 'remove-token', id: 'a' }).thenRefused('token_not_found');
  });

  it('of the setup file stay, whatever is added or removed', () => {
    const declared = { digest: 'declared', createdAt: NOW, expiresAt: null, source: 'setup' } as const;
    const both = given({ ...machine, tokens: [declared] }, token('a'));
    const { user } = both.when({ type: 'remove-token', id: 'a' });
    expect(user.credentials.tokens).toEqual([declared]);
  });

  it('must expire later than now, and are bounded in number', () => {
    given(machine).when(token('a', NOW)).thenRefused('expiration_invalid');
    const full = Array.from({ length: MAX_TOKENS }, (_, n) => token(`t${n}`));
    given(machine, ...full)
      .when(token('one more'))
      .thenRefused('credentials_full');
    given(machine, ...full)
      .when(token('one more', NOW + 3 * HOUR), NOW + HOUR)
      .thenTypes('user.token_added');
  });
});

describe('the secret', () => {
  it('is replaced by a new one, which readers see', () => {
    const set = { type: 'set-secret', id: 's', digest: 'digest' } as const;
    const { user } = given(machine, set).when({ ...set, id: 't' });
    expect(user.credentials.secret).toEqual({ id: 't', digest: 'digest', createdAt: NOW });
    expect(user.version).toBe(3);
    given(machine, set)
      .when({ type: 'remove-secret' })
      .thenEvents(event('user.secret_removed', { 'credentials.secret': [null, null] }));
    given(machine).when({ type: 'remove-secret' }).thenRefused('secret_unset');
  });
});

it('the form of access tokens changes only to another', () => {
  const change = (accessTokenType: 'opaque' | 'jwt') => ({ type: 'update-user', accessTokenType }) as const;
  given(machine).when(change('opaque')).thenEvents();
  given(machine)
    .when(change('jwt'))
    .thenEvents(event('user.token_type_changed', { 'credentials.accessTokenType': ['opaque', 'jwt'] }));
  expect(given({ ...machine, accessTokenType: 'jwt' }).user?.credentials.accessTokenType).toBe('jwt');
});
