import type { FastifyRequest } from 'fastify';
import { recipient } from '../../app/rate-limits.ts';
import type { Answer } from '../../app/submission.ts';
import { DomainError } from '../../core/errors.ts';
import type { NewCode } from '../../core/user/commands.ts';
import type { SignInCodeKind } from '../../core/user/user.ts';
import { addressBlockOf } from '../shared/client-address.ts';
import { answerOf, idempotencyOf } from '../shared/submit.ts';
import { anonymous } from './authenticate.ts';
import { type Brand, JFRAMEWORK } from './brands.ts';
import { commandTo } from './call.ts';
import { success } from './envelope.ts';
import { userOfAddress, userOfPhone } from './find-user.ts';
import { refuseIfMatch } from './links.ts';
import { type Context, inBrand } from './services.ts';
import { sealSignInToken } from './sign-in-token.ts';
import { hidingOutcome } from './whole-steps.ts';

/** Bytes of the id by which a code is told from the one before it. */
const ID_SIZE = 8;
/** Milliseconds that a link signs in. */
const LINK_LIFETIME = 15 * 60 * 1000;

export interface WantedCode {
  readonly kind: SignInCodeKind;
  /** A valid e-mail address, or a phone number in E.164. */
  readonly to: string;
  /** Of the operation, for idempotency keys. */
  readonly name: string;
  readonly body: unknown;
  /** Of the mail that brings the code in a link, together with the token. */
  readonly templateOf: (token: string) => string;
  /** What is answered, as JSON. */
  readonly answerOf: (token: string) => string;
}

/**
 * Sends a one-time code to whoever has the address or number. Whether anybody has it is told, as the API's documents
 * have it, unless the brand hides it.
 */
export function sendSignInCode(
  request: FastifyRequest,
  brand: Brand,
  wanted: WantedCode,
  context: Context,
): Promise<Answer> {
  const { users, limits } = context;
  const { kind, to, name, body } = wanted;
  const caller = anonymous(brand);
  const idempotency = idempotencyOf(request, { dialect: JFRAMEWORK, name, caller, body, secret: true });
  refuseIfMatch(request);
  const hides = brand.section.hidesUnknownAddresses === true;
  const send = async (): Promise<Answer> => {
    const user = await (kind === 'phone' ? userOfPhone : userOfAddress)(to, brand, context);
    if (user === null) throw new DomainError('user_not_found');
    const { id, code, token } = issue(user.id, brand, wanted, context);
    const receipt = await users.submit({
      ...commandTo(inBrand(brand, { id: user.id }), request, caller),
      command: { type: 'request-sign-in-code', kind, id, code },
      // A repetition would tell that there was something to repeat.
      idempotency: hides ? undefined : idempotency,
      answer: () => success(200, wanted.answerOf(token)),
    });
    return answerOf(receipt);
  };
  const by = { user: recipientOf(wanted), address: addressBlockOf(request) };
  return limits.run('message', by, () =>
    hides ? hidingOutcome(send, () => wanted.answerOf(issue(null, brand, wanted, context).token)) : send(),
  );
}

/** A code and the token that belongs to it; for nobody a token that looks the same. */
function issue(
  userId: string | null,
  brand: Brand,
  wanted: WantedCode,
  { codes, secrets, random, clock }: Context,
): { id: string; code: NewCode; token: string } {
  const { kind, templateOf } = wanted;
  const id = random.hex(ID_SIZE);
  const brandId = brand.organization.id;
  const limitedAs = secrets.secretDigest('sign-in code', JSON.stringify([brandId, recipientOf(wanted)]));
  const tokenUntil = (expiresAt: number): string =>
    sealSignInToken({ userId, brandId, kind, codeId: id, expiresAt, limitedAs }, secrets);
  if (kind === 'link') {
    const token = tokenUntil(clock() + LINK_LIFETIME);
    return { id, code: codes.toSendInLink(userId ?? '', 'sign_in', templateOf(token), LINK_LIFETIME), token };
  }
  const code = codes.toSend(userId ?? '', 'sign_in', null);
  return { id, code, token: tokenUntil(code.expiresAt) };
}

function recipientOf({ kind, to }: WantedCode): string {
  return recipient(kind === 'phone' ? 'phone' : 'email', to);
}
