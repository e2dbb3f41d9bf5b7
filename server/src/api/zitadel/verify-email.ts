import { VerifyEmailResponseSchema } from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import { writeDetails } from './details.ts';
import { answerWith, type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { verification } from './verify-contact.ts';

export function verifyEmail(services: Pick<ZitadelServices, 'users' | 'codes'>): HandlerOf<'verifyEmail'> {
  return async (call) => {
    const submission = verification('email', call, services, (outcome) =>
      answerWith(VerifyEmailResponseSchema, { details: writeDetails(outcome) }, outcome.user.version),
    );
    return resultOf(await services.users.submit(submission));
  };
}
