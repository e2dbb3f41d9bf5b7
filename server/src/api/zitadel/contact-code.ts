import type { RequestContactCode } from '../../core/user/commands.ts';
import { checkedTemplate } from './contacts.ts';
import { type MethodHandler, resultOf, type ZitadelServices } from './method.ts';
import {
  type ResendEmailCodeRequest,
  ResendEmailCodeResponseSchema,
  type ResendPhoneCodeRequest,
  ResendPhoneCodeResponseSchema,
  type SendEmailCodeRequest,
  SendEmailCodeResponseSchema,
} from './protocol/user-service.ts';
import { submitSending } from './submit-sending.ts';
import { codeAs, withDetails, writeOn } from './write-on.ts';

type Services = Pick<ZitadelServices, 'users' | 'codes' | 'limits'>;
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
  const { codes } = services;
  return async (call) => {
    const { userId, verification } = call.message;
    const issued = verification.case === 'returnCode' ? codes.toReturn(userId, contact) : null;
    const code = issued?.code ?? codes.toSend(userId, contact, checkedTemplate(templateOf(verification)));
    const command: RequestContactCode = { type: 'request-contact-code', contact, again, code };
    const answer = withDetails(schema, codeAs('verificationCode', issued?.plain ?? null));
    const write = { kind: 'human', command, isSecret: issued !== null, answer } as const;
    return resultOf(await submitSending({ ...writeOn(call, write), command }, services));
  };
}

/** Only mails have one. */
function templateOf({ value }: Request['verification']): string | undefined {
  return value !== undefined && 'urlTemplate' in value ? value.urlTemplate : undefined;
}
