import { type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { RemovePasskeyResponseSchema, RemoveU2FResponseSchema } from './protocol/user-service.ts';
import { withDetails, writeOn } from './write-on.ts';

/** Also one whose registration is not finished. */
export function removePasskey({ users }: Pick<ZitadelServices, 'users'>): HandlerOf<'removePasskey'> {
  const answer = withDetails(RemovePasskeyResponseSchema);
  return async (call) => {
    const command = { type: 'remove-webauthn', factor: 'passkeys', id: call.message.passkeyId } as const;
    return resultOf(await users.submit(writeOn(call, { kind: 'human', command, answer })));
  };
}

/** Also one whose registration is not finished. */
export function removeU2f({ users }: Pick<ZitadelServices, 'users'>): HandlerOf<'removeU2F'> {
  const answer = withDetails(RemoveU2FResponseSchema);
  return async (call) => {
    const command = { type: 'remove-webauthn', factor: 'u2f', id: call.message.u2fId } as const;
    return resultOf(await users.submit(writeOn(call, { kind: 'human', command, answer })));
  };
}
