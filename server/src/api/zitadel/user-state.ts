import { DomainError, type Reason } from '../../core/errors.ts';
import type { User, UserState } from '../../core/user/user.ts';
import { type MethodHandler, resultOf, type ZitadelServices } from './method.ts';
import {
  DeactivateUserResponseSchema,
  LockUserResponseSchema,
  ReactivateUserResponseSchema,
  UnlockUserResponseSchema,
} from './protocol/user-service.ts';
import { type Write, withDetails, writeOn } from './write-on.ts';

type Services = Pick<ZitadelServices, 'users'>;
type Handler = MethodHandler<{ readonly userId: string }>;

/** Why a user in this state cannot be moved to another one. */
type Refuses = (from: UserState) => Reason | null;

export function lockUser(services: Services): Handler {
  const refuses: Refuses = (from) => (from === 'active' || from === 'initial' ? null : 'state_unfit');
  return moving('locked', refuses, withDetails(LockUserResponseSchema), services);
}

/** A suspended user is shown as a locked one, so it is unlocked like one. */
export function unlockUser(services: Services): Handler {
  const refuses: Refuses = (from) => (from === 'locked' || from === 'suspended' ? null : 'state_unfit');
  return moving('active', refuses, withDetails(UnlockUserResponseSchema), services);
}

export function deactivateUser(services: Services): Handler {
  const refuses: Refuses = (from) =>
    from === 'initial' ? 'user_initial' : from === 'inactive' ? 'user_inactive' : null;
  return moving('inactive', refuses, withDetails(DeactivateUserResponseSchema), services);
}

export function reactivateUser(services: Services): Handler {
  const refuses: Refuses = (from) => (from === 'inactive' ? null : 'state_unfit');
  return moving('active', refuses, withDetails(ReactivateUserResponseSchema), services);
}

function moving(state: UserState, refuses: Refuses, answer: Write['answer'], { users }: Services): Handler {
  const command = (user: User) => {
    const reason = refuses(user.state);
    return { type: 'update-user', state, ...(reason !== null && { violation: new DomainError(reason) }) } as const;
  };
  return async (call) => resultOf(await users.submit(writeOn(call, { command, answer })));
}
