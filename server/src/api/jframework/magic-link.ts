import type { FastifyRequest } from 'fastify';
import { parseEmail } from '../../core/values/email.ts';
import { Fault } from '../shared/faults.ts';
import type { Handler } from '../shared/route.ts';
import { reader } from '../shared/schema.ts';
import type { Brand } from './brands.ts';
import type { WireError } from './envelope.ts';
import { FIELDS } from './fields.ts';
import { brandLink, invalidLink, withParameters } from './links.ts';
import { type QueryReader, readQuery } from './query.ts';
import { invalidBody, readBody } from './read-body.ts';
import { sendSignInCode } from './send-sign-in-code.ts';
import type { Context } from './services.ts';
import { MagicLinkBody } from './sign-in-schema.ts';

/** POST /users/auth/email/magic-link and /users/auth/by-email */
export function sendMagicLink(context: Context): Handler {
  const body = reader(MagicLinkBody);
  return (request) => send(request, readBody(request, body), context);
}

export function readMagicLink(query: QueryReader): MagicLinkBody {
  return {
    emailAddress: query.required('emailAddress'),
    callbackURL: query.required('callbackURL'),
    returnURL: query.text('returnURL'),
  };
}

/** GET /users/auth/email/magic-link, as the vendor's own client calls it. */
export function sendMagicLinkByQuery(context: Context): Handler {
  return (request) => {
    // It is mounted with every GET, but must not send a mail.
    if (request.method === 'HEAD')
      throw new Fault('method_not_allowed', 'The path does not know this method.', ['GET']);
    return send(request, readQuery(request, readMagicLink), context);
  };
}

/**
 * Mails a link to the given page of the brand. It carries what the page needs to sign in by POST
 * /users/auth/passwordless/email/verify-otp, so that nobody is signed in by a mail program that looks at links.
 */
function send(request: FastifyRequest, sent: MagicLinkBody, context: Context): ReturnType<Handler> {
  const brand = context.brands.of(request.headers);
  const { page, returnURL } = checked(sent, brand);
  const templateOf = (token: string): string =>
    withParameters(page, { token, otp: '{{.Code}}', returnURL: returnURL && encodeURIComponent(returnURL) });
  const wanted = {
    kind: 'link',
    to: sent.emailAddress,
    name: 'magic-link',
    body: sent,
    templateOf,
    answerOf: () => 'true',
  } as const;
  return sendSignInCode(request, brand, wanted, context);
}

/** @throws Refusal 400 with one error for each member that is not valid */
function checked(sent: MagicLinkBody, brand: Brand): { page: string; returnURL: string | undefined } {
  const errors: WireError[] = [];
  if (parseEmail(sent.emailAddress) === null) errors.push(FIELDS.emailAddress.invalid);
  const page = brandLink(sent.callbackURL, brand);
  if (page === undefined) errors.push(invalidLink('callbackURL'));
  const returnURL = sent.returnURL ? brandLink(sent.returnURL, brand) : undefined;
  if (sent.returnURL && returnURL === undefined) errors.push(invalidLink('returnURL'));
  if (page === undefined || errors.length > 0) throw invalidBody(errors);
  return { page, returnURL };
}
