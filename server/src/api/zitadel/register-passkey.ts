import { PasskeyAuthenticator } from '@zitadel/proto/zitadel/user/v2/auth_pb';
import type { RegistrationRequest } from '../../app/ports/webauthn.ts';
import { type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { RegisterPasskeyResponseSchema, VerifyPasskeyRegistrationResponseSchema } from './protocol/user-service.ts';
import { begunRegistration, verification } from './webauthn-registration.ts';
import { withDetails, writeOn } from './write-on.ts';

/** Begins the registration of a passkey. Who has a code of an invitation needs no right to. */
export function registerPasskey(services: ZitadelServices): HandlerOf<'registerPasskey'> {
  const { users, codes } = services;
  return async (call) => {
    const { userId, code, authenticator } = call.message;
    const attachment = attachmentOf(authenticator);
    const { command, ...created } = await begunRegistration(call.message, 'passkeys', attachment, services);
    const proof = code && { id: code.id, digest: codes.digest(userId, 'passkey', code.code) };
    const submission = writeOn(call, {
      kind: 'human',
      command: { ...command, ...(proof && { code: proof }) },
      isSecret: true,
      answer: withDetails(RegisterPasskeyResponseSchema, { passkeyId: command.id, ...created }),
    });
    return resultOf(await users.submit(submission));
  };
}

/** Finishes the registration with what the authenticator answered. */
export function verifyPasskeyRegistration(
  services: Pick<ZitadelServices, 'users' | 'webAuthn'>,
): HandlerOf<'verifyPasskeyRegistration'> {
  const answer = withDetails(VerifyPasskeyRegistrationResponseSchema);
  return async (call) => {
    const { passkeyId: id, passkeyName: name, publicKeyCredential: response = {} } = call.message;
    const prepare = () => verification(call, { factor: 'passkeys', id, name, response, answer }, services);
    return resultOf(await services.users.submitChecked(prepare));
  };
}

/** Numbers that name none ask for nothing. */
function attachmentOf(authenticator: PasskeyAuthenticator): RegistrationRequest['attachment'] {
  switch (authenticator) {
    case PasskeyAuthenticator.PLATFORM:
      return 'platform';
    case PasskeyAuthenticator.CROSS_PLATFORM:
      return 'cross-platform';
    default:
      return null;
  }
}
