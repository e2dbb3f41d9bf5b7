import { recipient } from '../../app/rate-limits.ts';
import { DomainError } from '../../core/errors.ts';
import { checkCode } from '../../core/user/decide-contact.ts';
import { addressBlockOf } from '../shared/client-address.ts';
import type { Handler } from '../shared/route.ts';
import { reader } from '../shared/schema.ts';
import { answerOf, idempotencyOf, ifMatchOf } from '../shared/submit.ts';
import { anonymous } from './authenticate.ts';
import { JFRAMEWORK } from './brands.ts';
import { commandTo, idOf } from './call.ts';
import { DAY } from './day.ts';
import { success } from './envelope.ts';
import { invalidToken } from './errors.ts';
import { brandLink, invalidLink, refuseIfMatch, tokenTemplate } from './links.ts';
import { VerifyEmailBody } from './password-schema.ts';
import { type QueryReader, readQuery } from './query.ts';
import { invalidBody, readBody } from './read-body.ts';
import { type Context, inBrand } from './services.ts';
import { openToken, tokenOf } from './verification-token.ts';

/** Milliseconds that a verification token is good for. */
const VERIFICATION_LIFETIME = DAY;

export function readReturnUrl(query: QueryReader): string {
  return query.required('returnURL');
}

/** POST /users/{id}/email-address/verify/send: mails a link with a verification token. */
export function sendVerification(context: Context): Handler {
  const { users, brands, codes, secrets, limits } = context;
  return async (request) => {
    const brand = brands.of(request.headers);
    const caller = anonymous(brand);
    const id = idOf(request);
    const returnURL = readQuery(request, readReturnUrl);
    const idempotency = idempotencyOf(request, { dialect: JFRAMEWORK, name: 'send-verification', caller, body: null });
    refuseIfMatch(request);
    const link = brandLink(returnURL, brand);
    if (link === undefined) throw invalidBody([invalidLink('returnURL')]);

    return limits.run('message', { address: addressBlockOf(request) }, async () => {
      const target = inBrand(brand, { id });
      const user = await users.find(target);
      if (user === null) throw new DomainError('user_not_found');
      const { value } = user.email;
      if (value === null) throw new DomainError('contact_missing', { field: 'email.value' });
      return limits.run('message', { user: recipient('email', value) }, async () =>
        answerOf(
          await users.submit({
            ...commandTo(target, request, caller),
            command: {
              type: 'request-contact-code',
              contact: 'email',
              again: false,
              byHolder: true,
              code: codes.toSendInLink(id, 'email', tokenTemplate(link), VERIFICATION_LIFETIME, (code) =>
                tokenOf({ userId: id, code }, secrets),
              ),
            },
            idempotency,
            answer: () => success(200, 'true'),
          }),
        ),
      );
    });
  };
}

/** PUT /users/email-address/active: whoever has the token of the mail proves the address. */
export function verifyEmail(context: Context): Handler {
  const { users, brands, codes, clock, secrets, limits } = context;
  const body = reader(VerifyEmailBody);
  return async (request) => {
    const brand = brands.of(request.headers);
    const caller = anonymous(brand);
    const sent = readBody(request, body);
    const idempotency = idempotencyOf(request, { dialect: JFRAMEWORK, name: 'verify-email', caller, body: sent });
    const ifMatch = ifMatchOf(request);
    return limits.run('code', { address: addressBlockOf(request) }, async () => {
      const token = openToken(sent.token, secrets);
      if (token === null) throw invalidToken();
      const target = inBrand(brand, { id: token.userId });
      const user = await users.find(target);
      const digest = codes.digest(token.userId, 'email', token.code);
      const isProven = user !== null && checkCode(user.email.code, digest, clock()) === 'ok';
      try {
        const receipt = await users.submit({
          ...commandTo(target, request, caller),
          command: { type: 'verify-contact', contact: 'email', digest },
          ifMatch: isProven ? ifMatch : null,
          idempotency,
          answer: (outcome) => success(200, 'true', outcome.user.version),
        });
        return answerOf(receipt);
      } catch (error) {
        throw error instanceof DomainError ? await asTold(error, () => users.find(target)) : error;
      }
    });
  };
}

type Find = () => ReturnType<Context['users']['find']>;

/** The token is one of ours, so its holder may know that it has done its work already. */
async function asTold(error: DomainError, find: Find): Promise<DomainError> {
  switch (error.reason) {
    case 'code_absent':
      return (await find())?.email.verified ? new DomainError('contact_verified') : invalidToken();
    case 'code_expired':
    case 'code_wrong':
    case 'user_not_found':
      return invalidToken();
    default:
      return error;
  }
}
