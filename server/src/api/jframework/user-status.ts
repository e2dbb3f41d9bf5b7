import { DomainError } from '../../core/errors.ts';
import type { Command, StateNotice } from '../../core/user/commands.ts';
import type { User, UserState } from '../../core/user/user.ts';
import type { Handler } from '../shared/route.ts';
import { callOf, changeUser } from './call.ts';
import type { Context } from './services.ts';

interface Action {
  readonly to: UserState;
  /** The states it may start from; any unless given. */
  readonly from?: readonly UserState[];
  readonly notice?: StateNotice;
}

/** POST /users/{id}/… */
export const STATUS_ACTIONS = {
  activate: { to: 'active', notice: 'user_activated' },
  deactivate: { to: 'inactive', from: ['active'], notice: 'user_deactivated' },
  lock: { to: 'locked', from: ['active'], notice: 'user_locked' },
  unlock: { to: 'active', from: ['locked'] },
  suspend: { to: 'suspended', from: ['active'], notice: 'user_suspended' },
  unsuspend: { to: 'active', from: ['suspended'] },
} as const satisfies Record<string, Action>;

export type StatusAction = keyof typeof STATUS_ACTIONS;
export const STATUS_ACTION_NAMES = Object.keys(STATUS_ACTIONS) as readonly StatusAction[];

export function changeStatus(context: Context, name: StatusAction): Handler {
  const action: Action = STATUS_ACTIONS[name];
  return async (request) =>
    changeUser(request, context, await callOf(request, context), {
      name: `${name}-user`,
      command: (user) => commandFor(action, user),
    });
}

function commandFor({ to, from, notice }: Action, user: User): Command {
  const fits = from === undefined || from.includes(user.state);
  return {
    type: 'update-user',
    state: to,
    ...(notice !== undefined && { notice }),
    ...(!fits && { violation: new DomainError('state_unfit') }),
  };
}
