import { type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { HumanMFAInitSkippedResponseSchema } from './protocol/user-service.ts';
import { withDetails, writeOn } from './write-on.ts';

/** Notes that the user declined to set up a second factor. */
export function humanMfaInitSkipped({ users }: Pick<ZitadelServices, 'users'>): HandlerOf<'humanMFAInitSkipped'> {
  const answer = withDetails(HumanMFAInitSkippedResponseSchema);
  return async (call) =>
    resultOf(await users.submit(writeOn(call, { kind: 'human', command: { type: 'skip-mfa-init' }, answer })));
}
