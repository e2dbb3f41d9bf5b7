import type { Answer } from '../../app/submission.ts';
import { DomainError } from '../../core/errors.ts';
import { checkCode } from '../../core/user/decide-contact.ts';
import type { SignInCodeKind, User } from '../../core/user/user.ts';
import { parseEmail } from '../../core/values/email.ts';
import { parsePhone } from '../../core/values/phone.ts';
import { addressBlockOf } from '../shared/client-address.ts';
import type { Handler } from '../shared/route.ts';
import { reader } from '../shared/schema.ts';
import { answerOf, idempotencyOf, ifMatchOf } from '../shared/submit.ts';
import { authAnswer } from './auth-result.ts';
import { anonymous } from './authenticate.ts';
import { type Brand, JFRAMEWORK } from './brands.ts';
import { commandTo } from './call.ts';
import { atDevice, deviceOf } from './device-headers.ts';
import { invalidToken, Refusal } from './errors.ts';
import { FIELDS } from './fields.ts';
import { invalidBody, readBody } from './read-body.ts';
import { sendSignInCode } from './send-sign-in-code.ts';
import { type Context, inBrand, KEY_LIFETIMES } from './services.ts';
import { sessionIdOf } from './session-id.ts';
import { EmailCodeBody, PhoneCodeBody, VerifyCodeBody } from './sign-in-schema.ts';
import { openSignInToken, type SignInToken } from './sign-in-token.ts';
import { inWholeSteps } from './whole-steps.ts';

type Contact = 'email' | 'phone';

const WRONG = [{ code: 'InvalidOtp', message: 'The otp is not valid.' }];
const EXPIRED = [{ code: 'OtpExpired', message: 'The otp has expired.' }];

const BODIES = { email: EmailCodeBody, phone: PhoneCodeBody } as const;
/** A link that was mailed signs in where a code that was mailed does. */
const KINDS: Readonly<Record<Contact, readonly SignInCodeKind[]>> = { email: ['email', 'link'], phone: ['phone'] };

/** POST /users/auth/passwordless/{email,phone}/generate-otp: answers the token that must come back with the code. */
export function generateCode(context: Context, kind: Contact): Handler {
  const body = reader(BODIES[kind]);
  return (request) => {
    const brand = context.brands.of(request.headers);
    const sent = readBody(request, body);
    const [to, field] =
      'phoneNumber' in sent
        ? [parsePhone(sent.phoneNumber), FIELDS.phoneNumber]
        : [parseEmail(sent.emailAddress), FIELDS.emailAddress];
    if (to === null) throw invalidBody([field.invalid]);
    const name = `generate-${kind}-otp`;
    const wanted = { kind, to, name, body: sent, templateOf: String, answerOf: JSON.stringify };
    return sendSignInCode(request, brand, wanted, context);
  };
}

/** POST /users/auth/passwordless/{email,phone}/verify-otp: signs in with the code that was sent. */
export function verifyCode(context: Context, contact: Contact): Handler {
  const { users, codes, clock, sessionKeys, limits } = context;
  const body = reader(VerifyCodeBody);
  return async (request) => {
    const brand = context.brands.of(request.headers);
    const caller = anonymous(brand);
    const sent = readBody(request, body);
    const device = deviceOf(request.headers);
    const name = `verify-${contact}-otp`;
    const idempotency = idempotencyOf(request, { dialect: JFRAMEWORK, name, caller, body: sent, secret: true });
    const ifMatch = ifMatchOf(request);
    const token = openSignInToken(sent.token, context.secrets);
    if (token === null || token.brandId !== brand.organization.id || !KINDS[contact].includes(token.kind)) {
      throw invalidToken();
    }
    const { userId, kind, codeId } = token;
    const signIn = async (): Promise<Answer> => {
      if (clock() >= token.expiresAt) throw refusal(new DomainError('code_expired'), brand);
      const target = inBrand(brand, { id: userId ?? '' });
      const user = userId === null ? null : await users.find(target);
      const session = sessionKeys.start(userId ?? '', clock(), KEY_LIFETIMES, sessionIdOf('code', codeId));
      const code = user === null ? undefined : codeOf(user, token);
      const hasSignedIn = user !== null && isSignedIn(user, session.session.id);
      if (user === null || (code === undefined && !hasSignedIn)) throw refusal(new DomainError('code_absent'), brand);
      const digest = codes.digest(user.id, 'sign_in', sent.otp);
      const isProven = user.state === 'active' && checkCode(code ?? null, digest, clock()) === 'ok';
      try {
        const receipt = await users.submit({
          ...commandTo(target, request, caller),
          command: (current) => ({
            type: 'start-session',
            session: session.session,
            proof: { kind, id: codeId, digest },
            ...atDevice(device, current, brand),
          }),
          // Whoever has not got the code learns no version.
          ifMatch: isProven ? ifMatch : null,
          // Nor that there is a user, by an answer that is stored. Given again, one passes over the decision.
          idempotency: isProven || hasSignedIn ? idempotency : undefined,
          answer: ({ user: after }) => authAnswer(after, session),
        });
        return answerOf(receipt);
      } catch (error) {
        throw error instanceof DomainError ? refusal(error, brand) : error;
      }
    };
    const by = { user: token.limitedAs, address: addressBlockOf(request) };
    const attempt = (): Promise<Answer> => limits.run('code', by, signIn);
    return brand.section.hidesUnknownAddresses ? inWholeSteps(attempt) : attempt();
  };
}

/** The code has signed in somebody who still is. */
function isSignedIn({ state, credentials }: User, sessionId: string): boolean {
  return state === 'active' && credentials.sessions.some(({ id }) => id === sessionId);
}

function codeOf({ credentials }: User, token: SignInToken) {
  return credentials.signInCodes.find(({ kind, id }) => kind === token.kind && id === token.codeId);
}

/** Where it is hidden who has an address, a code that is dead is like one that was never sent. */
function refusal(error: DomainError, { section }: Brand): DomainError {
  switch (error.reason) {
    case 'code_wrong':
      return new Refusal('code_wrong', 400, WRONG);
    case 'code_expired':
      return new Refusal('code_expired', 400, EXPIRED);
    case 'code_absent':
    case 'user_not_found':
      return section.hidesUnknownAddresses ? new Refusal('code_wrong', 400, WRONG) : invalidToken();
    default:
      return error;
  }
}
