import { DomainError } from '../../core/errors.ts';
import { asSetUp } from './as-set-up.ts';
import { type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { RemovePhoneResponseSchema } from './protocol/user-service.ts';
import { withDetails, writeOn } from './write-on.ts';

/** Takes the phone number away; a user without one is refused. */
export function removePhone({ users }: Pick<ZitadelServices, 'users'>): HandlerOf<'removePhone'> {
  const command = asSetUp(({ state, phone }) => {
    const removal = { type: 'update-user', phone: { value: null } } as const;
    if (state === 'initial') return { ...removal, violation: new DomainError('user_initial') };
    if (phone.value !== null) return removal;
    return { ...removal, violation: new DomainError('contact_missing', { field: 'phone.value' }) };
  }, users.directory);
  const answer = withDetails(RemovePhoneResponseSchema);
  return async (call) => resultOf(await users.submit(writeOn(call, { kind: 'human', command, answer })));
}
