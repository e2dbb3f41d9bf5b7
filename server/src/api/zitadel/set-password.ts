import type { SetPassword } from '../../core/user/commands.ts';
import { type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { permittedChange, wantedPassword } from './password-change.ts';
import { SetPasswordResponseSchema } from './protocol/user-service.ts';
import { SECTION } from './section.ts';
import { withDetails, writeOn } from './write-on.ts';

/** Sets a password by right, by the current one, or by a reset code. */
export function setPassword(services: ZitadelServices): HandlerOf<'setPassword'> {
  const { users } = services;
  const answer = withDetails(SetPasswordResponseSchema);
  return async (call) => {
    const { userId, newPassword, verification } = call.message;
    const passwordType = newPassword ? ({ case: 'password', value: newPassword } as const) : { case: undefined };
    const wanted = wantedPassword({ passwordType, verification });
    const target = { id: userId, kind: 'human', section: SECTION } as const;
    const commandOf = (password: SetPassword['password']): SetPassword => ({ type: 'set-password', password });
    return resultOf(
      await users.submitChecked(async () => {
        const command = commandOf(await permittedChange(wanted, call.caller, target, commandOf, services));
        return writeOn(call, { kind: 'human', command, answer });
      }),
    );
  };
}
