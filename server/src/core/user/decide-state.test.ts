import { describe, it } from 'vitest';
import { createUser, event, given, ORG, USER } from '../../../test/support/given.ts';
import type { UpdateUser } from './commands.ts';

const reachable = createUser({ email: { value: 'a@a.test' } });
const lock: UpdateUser = { type: 'update-user', state: 'locked', notice: 'user_locked' };
const locked = event('user.state_changed', { state: ['active', 'locked'] });

describe('a change of state', () => {
  it('is told to the user where it is asked for', () => {
    given(reachable)
      .when(lock)
      .thenEvents(locked)
      .thenMessages({ kind: 'user_locked', channel: 'email', userId: USER, organizationId: ORG, to: 'a@a.test' });
    given(reachable).when({ type: 'update-user', state: 'locked' }).thenEvents(locked).thenMessages();
  });

  it('is told to nobody who has no e-mail address', () => {
    given(createUser({ phone: { value: '+41791234567' } }))
      .when(lock)
      .thenEvents(locked)
      .thenMessages();
  });

  it('that there is already is not told again', () => {
    given(reachable, locked).when(lock).thenEvents().thenMessages();
  });
});
