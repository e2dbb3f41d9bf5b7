import type { MethodHandler, ZitadelServices } from './method.ts';
import {
  type ResendEmailCodeRequest,
  ResendEmailCodeResponseSchema,
  type ResendPhoneCodeRequest,
  ResendPhoneCodeResponseSchema,
  type SendEmailCodeRequest,
  SendEmailCodeResponseSchema,
} from './protocol/user-service.ts';
import { requestedCode } from './requested-code.ts';
import { submitSending } from './submit-sending.ts';
import { codeAs, withDetails } from './write-on.ts';

type Services = Pick<ZitadelServices, 'users' | 'codes' | 'limits' | 'repeats'>;
type Request = SendEmailCodeRequest | ResendEmailCodeRequest | ResendPhoneCodeRequest;
type ResponseSchema =
  | typeof SendEmailCodeResponseSchema
  | typeof ResendEmailCodeResponseSchema
  | typeof ResendPhoneCodeResponseSchema;

/** A new code for the stored address, also where none is outstanding. */
export function sendEmailCode(services: Services): MethodHandler<SendEmailCodeRequest> {
  return newCode('email', false, SendEmailCodeResponseSchema, services);
}

/** A new code in the place of the outstanding one. */
export function resendEmailCode(services: Services): MethodHandler<ResendEmailCodeRequest> {
  return newCode('email', true, ResendEmailCodeResponseSchema, services);
}

/** A new code in the place of the outstanding one. */
export function resendPhoneCode(services: Services): MethodHandler<ResendPhoneCodeRequest> {
  return newCode('phone', true, ResendPhoneCodeResponseSchema, services);
}

function newCode(
  contact: 'email' | 'phone',
  again: boolean,
  schema: ResponseSchema,
  services: Services,
): MethodHandler<Request> {
  return async (call) => {
    const { userId, verification } = call.message;
    const { code, plain } = requestedCode(verification, userId, contact, services.codes);
    const command = { type: 'request-contact-code', contact, again, code } as const;
    return submitSending(call, command, withDetails(schema, codeAs('verificationCode', plain)), services);
  };
}
