import { recipient } from '../../app/rate-limits.ts';
import type { Answer } from '../../app/submission.ts';
import { DomainError } from '../../core/errors.ts';
import { parseEmail } from '../../core/values/email.ts';
import { addressBlockOf } from '../shared/client-address.ts';
import type { Handler } from '../shared/route.ts';
import { reader } from '../shared/schema.ts';
import { answerOf, idempotencyOf } from '../shared/submit.ts';
import { anonymous } from './authenticate.ts';
import { type Brand, JFRAMEWORK } from './brands.ts';
import { commandTo } from './call.ts';
import { success, type WireError } from './envelope.ts';
import { FIELDS } from './fields.ts';
import { userOfAddress } from './find-user.ts';
import { brandLink, invalidLink, refuseIfMatch, tokenTemplate } from './links.ts';
import { ForgotPasswordBody } from './password-schema.ts';
import { invalidBody, readBody } from './read-body.ts';
import { type Context, inBrand } from './services.ts';
import { hidingOutcome } from './whole-steps.ts';

/** Milliseconds that a reset token is good for. */
const RESET_LIFETIME = 60 * 60 * 1000;

/**
 * POST /users/forgot-password: mails a link with a reset token to the address as the record has it. Whether anybody has
 * the address is told, as the API's documents have it, unless the brand hides it.
 */
export function forgotPassword(context: Context): Handler {
  const { users, brands, codes, limits } = context;
  const body = reader(ForgotPasswordBody);
  return async (request) => {
    const brand = brands.of(request.headers);
    const caller = anonymous(brand);
    const sent = readBody(request, body);
    const idempotency = idempotencyOf(request, { dialect: JFRAMEWORK, name: 'forgot-password', caller, body: sent });
    refuseIfMatch(request);
    const template = checked(sent, brand);
    const send = async (): Promise<Answer> => {
      const user = await userOfAddress(sent.emailAddress, brand, context);
      if (user === null) throw new DomainError('user_not_found');
      const receipt = await users.submit({
        ...commandTo(inBrand(brand, { id: user.id }), request, caller),
        command: {
          type: 'request-password-reset',
          channel: 'email',
          byHolder: true,
          code: codes.toSendInLink(user.id, 'password', template, RESET_LIFETIME),
        },
        // A repetition would tell that there was something to repeat.
        idempotency: brand.section.hidesUnknownAddresses ? undefined : idempotency,
        answer: () => success(200, 'true'),
      });
      return answerOf(receipt);
    };
    const by = { user: recipient('email', sent.emailAddress), address: addressBlockOf(request) };
    return limits.run('message', by, () =>
      brand.section.hidesUnknownAddresses ? hidingOutcome(send, () => 'true') : send(),
    );
  };
}

/** @returns the template of the mail @throws Refusal 400 with one error for each member that is not valid */
function checked(sent: ForgotPasswordBody, brand: Brand): string {
  const link = brandLink(sent.resetPasswordLink, brand);
  const errors: WireError[] = [];
  if (parseEmail(sent.emailAddress) === null) errors.push(FIELDS.emailAddress.invalid);
  if (link === undefined) errors.push(invalidLink('resetPasswordLink'));
  if (link === undefined || errors.length > 0) throw invalidBody(errors);
  return tokenTemplate(link);
}
