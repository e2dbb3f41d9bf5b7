import type { FastifyRequest } from 'fastify';
import { checkPassword, UNCHECKED } from '../../app/passwords.ts';
import type { Receipt, Submission } from '../../app/submission.ts';
import { DomainError } from '../../core/errors.ts';
import { refuseBarred } from '../../core/user/sign-in.ts';
import type { User } from '../../core/user/user.ts';
import { parseEmail } from '../../core/values/email.ts';
import { parsePhone } from '../../core/values/phone.ts';
import { jsonBody } from '../shared/body.ts';
import type { Handler } from '../shared/route.ts';
import { reader } from '../shared/schema.ts';
import { answerOf, idempotencyOf, ifMatchOf, membersOf } from '../shared/submit.ts';
import { authAnswer } from './auth-result.ts';
import { anonymous } from './authenticate.ts';
import { type Brand, JFRAMEWORK } from './brands.ts';
import { commandTo } from './call.ts';
import { atDevice, deviceOf } from './device-headers.ts';
import { Refusal } from './errors.ts';
import { FIELDS } from './fields.ts';
import { type FindUser, userOfAddress, userOfPhone, userOfUsername } from './find-user.ts';
import { LONGEST_NAME, signInAs } from './limited-by.ts';
import { lockAfter } from './password-change.ts';
import { invalidBody, readBody } from './read-body.ts';
import { AuthBody, EmailAuthBody } from './schema.ts';
import { type Context, HIGH_PASSWORD_LIFETIME, inBrand, KEY_LIFETIMES } from './services.ts';
import { PhoneAuthBody } from './sign-in-schema.ts';
import { endOfStep } from './whole-steps.ts';

const EXPIRED = [{ code: 'PasswordExpired', message: 'The password has expired and must be changed.' }];

/** What a body says of who signs in. */
interface Credentials {
  readonly sent: unknown;
  readonly username: string;
  readonly password: string;
}

/** POST /users/auth. The name may also stand in the member that newer documents show beside it. */
export function auth(context: Context): Handler {
  const [byName, byAddress] = [reader(AuthBody), reader(EmailAuthBody)];
  return signingIn(context, 'auth', userOfName, (request) => {
    const { username, emailAddress } = membersOf(jsonBody(request));
    if (username || !emailAddress) {
      const sent = readBody(request, byName);
      return { sent, ...sent };
    }
    const sent = readBody(request, byAddress);
    return { sent, username: sent.emailAddress, password: sent.password };
  });
}

/** POST /users/auth/phone-number */
export function authByPhone(context: Context): Handler {
  const body = reader(PhoneAuthBody);
  return signingIn(context, 'auth-phone', userOfPhone, (request) => {
    const sent = readBody(request, body);
    if (parsePhone(sent.phoneNumber) === null) throw invalidBody([FIELDS.phoneNumber.invalid]);
    return { sent, username: sent.phoneNumber, password: sent.password };
  });
}

/**
 * The answer to an unknown name and to a wrong password is the same, and comes as late where the password is stored under
 * our own parameters: an imported hash costs what it costs until the first sign-in replaces it.
 */
function signingIn(
  context: Context,
  name: string,
  find: FindUser,
  read: (request: FastifyRequest) => Credentials,
): Handler {
  const { users, brands, hasher, sessionKeys, clock, limits } = context;
  return async (request) => {
    const startedAt = performance.now();
    const brand = brands.of(request.headers);
    const caller = anonymous(brand);
    const { sent, username, password } = read(request);
    const device = deviceOf(request.headers);
    const idempotency = idempotencyOf(request, { dialect: JFRAMEWORK, name, caller, body: sent, secret: true });
    const ifMatch = ifMatchOf(request);

    const prepare = async (): Promise<Submission> => {
      const user = await find(username, brand, context);
      const check = isBarred(user) ? UNCHECKED : await checkPassword(hasher, user, password);
      if (user === null) throw new DomainError('sign_in_failed');
      if (check.ok && isExpired(user, brand, clock())) throw new Refusal('sign_in_failed', 403, EXPIRED);
      const session = sessionKeys.start(user.id, clock(), KEY_LIFETIMES);
      // Versions, stored answers and locks are told only to the right password: a wrong one is counted, whatever it carries.
      const isProven = check.ok && user.state === 'active';
      const outdated = check.ok && check.against !== null && hasher.needsRehash(check.against);
      return {
        ...commandTo(inBrand(brand, { id: user.id }), request, caller),
        command: {
          type: 'check-password',
          check,
          lockAfter: lockAfter(brand),
          session: session.session,
          ...atDevice(device, user, brand),
          ...(outdated ? { rehash: await hasher.hash(password) } : {}),
        },
        ifMatch: isProven ? ifMatch : null,
        idempotency: isProven ? idempotency : undefined,
        answer: ({ user: after }) => authAnswer(after, session),
      };
    };
    const attempt = async (): Promise<Receipt> => {
      try {
        return await users.submitChecked(prepare);
      } catch (error) {
        if (!tellsPassword(error)) throw error;
        // The lock may have fallen since the password was checked, and then this was one guess too many.
        const user = await find(username, brand, context);
        if (user === null) throw new DomainError('sign_in_failed');
        refuseBarred(user);
        throw error;
      }
    };
    try {
      return answerOf(await limits.run('signIn', signInAs(username, brand, request), attempt));
    } catch (error) {
      if (!isFailure(error)) throw error;
      // What is counted for a known user takes a write, which a caller with a clock would see.
      await endOfStep(startedAt);
      throw new DomainError('sign_in_failed');
    }
  };
}

/**
 * The user a sign-in names: by username or else phone number, unless it looks like an e-mail address. Who has shown to
 * receive mail at that address goes first, then who has it as username: anybody can register with any address, and must
 * not keep another from signing in by that.
 */
const userOfName: FindUser = async (name, brand, context) => {
  if (name.length > LONGEST_NAME) return null;
  const find = (by: FindUser) => by(name, brand, context);
  if (parseEmail(name) === null) return (await find(userOfUsername)) ?? find(userOfPhone);
  const holder = await find(userOfAddress);
  return holder?.email.verified === true ? holder : ((await find(userOfUsername)) ?? holder);
};

/** Whether the name or the password is wrong; what only the right password is told is another matter. */
function isFailure(error: unknown): boolean {
  if (!(error instanceof DomainError) || error instanceof Refusal) return false;
  return error.reason === 'sign_in_failed' || error.reason === 'user_not_found';
}

/** Refusals that only the right password meets, before or in place of a decision. */
function tellsPassword(error: unknown): boolean {
  if (!(error instanceof DomainError)) return false;
  return error instanceof Refusal || error.reason === 'version_conflict' || error.reason === 'key_reused';
}

/** Who is told that he may not sign in, whatever the password, causes no work: somebody may be guessing on. */
function isBarred(user: User | null): boolean {
  return user !== null && user.state !== 'active' && user.password.hash !== null;
}

/** Under the level High a password lasts 90 days. Users who may not sign in at all are told that instead. */
function isExpired(user: User, { section }: Brand, now: number): boolean {
  if (section.passwordPolicyLevel !== 'High' || user.state !== 'active') return false;
  return now >= (user.password.changedAt ?? user.createdAt) + HIGH_PASSWORD_LIFETIME;
}
