import { type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { RegisterU2FResponseSchema, VerifyU2FRegistrationResponseSchema } from './protocol/user-service.ts';
import { begunRegistration, verification } from './webauthn-registration.ts';
import { withDetails, writeOn } from './write-on.ts';

/** Begins the registration of a security key as a second factor. */
export function registerU2f(services: ZitadelServices): HandlerOf<'registerU2F'> {
  return async (call) => {
    const { command, ...created } = await begunRegistration(call.message, 'u2f', null, services);
    const submission = writeOn(call, {
      kind: 'human',
      command,
      isSecret: true,
      answer: withDetails(RegisterU2FResponseSchema, { u2fId: command.id, ...created }),
    });
    return resultOf(await services.users.submit(submission));
  };
}

/** Finishes the registration with what the security key answered. */
export function verifyU2fRegistration(
  services: Pick<ZitadelServices, 'users' | 'webAuthn'>,
): HandlerOf<'verifyU2FRegistration'> {
  const answer = withDetails(VerifyU2FRegistrationResponseSchema);
  return async (call) => {
    const { u2fId: id, tokenName: name, publicKeyCredential: response = {} } = call.message;
    const prepare = () => verification(call, { factor: 'u2f', id, name, response, answer }, services);
    return resultOf(await services.users.submitChecked(prepare));
  };
}
