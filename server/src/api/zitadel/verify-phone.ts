import { VerifyPhoneResponseSchema } from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import { writeDetails } from './details.ts';
import { answerWith, type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { verification } from './verify-contact.ts';

export function verifyPhone(services: Pick<ZitadelServices, 'users' | 'codes'>): HandlerOf<'verifyPhone'> {
  return async (call) => {
    const submission = verification('phone', call, services, (outcome) =>
      answerWith(VerifyPhoneResponseSchema, { details: writeDetails(outcome) }, outcome.user.version),
    );
    return resultOf(await services.users.submit(submission));
  };
}
