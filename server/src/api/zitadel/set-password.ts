import type { SetPassword } from '../../core/user/commands.ts';
import { type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { submitPasswordChange, wantedPassword } from './password-change.ts';
import { SetPasswordResponseSchema } from './protocol/user-service.ts';
import { withDetails, writeOn } from './write-on.ts';

/** Sets a password by right, by the current one, or by a reset code. */
export function setPassword(services: ZitadelServices): HandlerOf<'setPassword'> {
  const answer = withDetails(SetPasswordResponseSchema);
  return async (call) => {
    const { newPassword, verification } = call.message;
    const passwordType = newPassword ? ({ case: 'password', value: newPassword } as const) : { case: undefined };
    const wanted = wantedPassword({ passwordType, verification });
    const commandOf = (password: SetPassword['password']): SetPassword => ({ type: 'set-password', password });
    return resultOf(
      await submitPasswordChange(
        { call, wanted, commandOf },
        (command) => writeOn(call, { kind: 'human', command, answer }),
        services,
      ),
    );
  };
}
