import type { MessageInitShape } from '@bufbuild/protobuf';
import { type AuthFactorSchema, AuthFactorState } from '@zitadel/proto/zitadel/user/v2/user_pb';
import { AuthFactors } from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import { isRegistered } from '../../core/user/factors.ts';
import type { User } from '../../core/user/user.ts';
import { etag } from '../shared/conditional.ts';
import { type HandlerOf, readResult, type ZitadelServices } from './method.ts';
import { ListAuthenticationFactorsResponseSchema } from './protocol/user-service.ts';
import { SECTION } from './section.ts';

type Factor = MessageInitShape<typeof AuthFactorSchema>;

const KINDS = [AuthFactors.OTP, AuthFactors.OTP_SMS, AuthFactors.OTP_EMAIL, AuthFactors.U2F];

/** The second factors of a user: of all kinds unless some are named, those that are ready unless states are. */
export function listAuthenticationFactors({
  users,
}: Pick<ZitadelServices, 'users'>): HandlerOf<'listAuthenticationFactors'> {
  return async ({ caller, message }) => {
    const user = await users.read(caller, { id: message.userId, section: SECTION });
    const { authFactors } = message;
    const named = message.states.filter((state) => state !== AuthFactorState.UNSPECIFIED);
    const states: AuthFactorState[] = named.length === 0 ? [AuthFactorState.READY] : named;
    const result = KINDS.filter((kind) => authFactors.length === 0 || authFactors.includes(kind))
      .flatMap((kind) => factorsOf(user, kind))
      .filter(({ state = AuthFactorState.UNSPECIFIED }) => states.includes(state));
    return readResult(ListAuthenticationFactorsResponseSchema, { result }, etag(user.version));
  };
}

function factorsOf({ factors, phone, email }: User, kind: AuthFactors): Factor[] {
  const { totp, otpSms, otpEmail, u2f } = factors;
  switch (kind) {
    case AuthFactors.OTP:
      return totp === null ? [] : [{ state: stateOf(totp.verifiedAt !== null), type: { case: 'otp', value: {} } }];
    case AuthFactors.OTP_SMS:
      return otpSms === null ? [] : [{ state: stateOf(phone.verified), type: { case: 'otpSms', value: {} } }];
    case AuthFactors.OTP_EMAIL:
      return otpEmail === null ? [] : [{ state: stateOf(email.verified), type: { case: 'otpEmail', value: {} } }];
    case AuthFactors.U2F:
      return u2f.map((key) => ({
        state: stateOf(isRegistered(key)),
        type: { case: 'u2f', value: { id: key.id, name: key.name } },
      }));
  }
}

function stateOf(isReady: boolean): AuthFactorState {
  return isReady ? AuthFactorState.READY : AuthFactorState.NOT_READY;
}
