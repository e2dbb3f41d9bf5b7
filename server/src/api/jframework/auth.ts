import { setTimeout as sleep } from 'node:timers/promises';
import { checkPassword } from '../../app/passwords.ts';
import type { Submission } from '../../app/submission.ts';
import { DomainError } from '../../core/errors.ts';
import { claimKeys } from '../../core/user/claims.ts';
import type { User } from '../../core/user/user.ts';
import { parseEmail } from '../../core/values/email.ts';
import { parsePhone } from '../../core/values/phone.ts';
import type { Handler } from '../shared/route.ts';
import { reader } from '../shared/schema.ts';
import { answerOf, idempotencyOf, ifMatchOf } from '../shared/submit.ts';
import { authAnswer } from './auth-result.ts';
import { anonymous } from './authenticate.ts';
import { type Brand, JFRAMEWORK } from './brands.ts';
import { Refusal } from './errors.ts';
import { readBody } from './read-body.ts';
import { AuthBody } from './schema.ts';
import { type Context, HIGH_PASSWORD_LIFETIME, inBrand, KEY_LIFETIMES } from './services.ts';

/** Failed sign-ins after which a user is locked, at every policy level. */
const LOCK_AFTER = 10;
/** Nothing that names a user is longer, in UTF-16 units. */
const LONGEST_NAME = 512;
/** Milliseconds: a failed sign-in is answered after a whole number of these. */
const FAILURE_STEP = 50;
const EXPIRED = [{ code: 'PasswordExpired', message: 'The password has expired and must be changed.' }];

/** The organization's own policy may be stricter. */
function lockAfter({ organization }: Brand): number {
  return Math.min(LOCK_AFTER, organization.maxPasswordAttempts || LOCK_AFTER);
}

/** POST /users/auth. The answer to an unknown name and to a wrong password is the same, and comes as late. */
export function auth(context: Context): Handler {
  const { users, brands, hasher, sessionKeys, clock } = context;
  const body = reader(AuthBody);
  return async (request) => {
    const startedAt = performance.now();
    const brand = brands.of(request.headers);
    const caller = anonymous(brand);
    const sent = readBody(request, body);
    const { username, password } = sent;
    const idempotency = idempotencyOf(request, { dialect: JFRAMEWORK, name: 'auth', caller, body: sent, secret: true });
    const ifMatch = ifMatchOf(request);

    const prepare = async (): Promise<Submission> => {
      const user = await findByName(context, brand, username);
      const check = await checkPassword(hasher, user, password);
      if (user === null) throw new DomainError('sign_in_failed');
      if (check.ok && isExpired(user, brand, clock())) throw new Refusal('sign_in_failed', 403, EXPIRED);
      const session = sessionKeys.start(user.id, clock(), KEY_LIFETIMES);
      // Versions, stored answers and locks are told only to the right password: a wrong one is counted, whatever it carries.
      const isProven = check.ok && user.state === 'active';
      const outdated = check.ok && check.against !== null && hasher.needsRehash(check.against);
      return {
        type: 'command',
        caller,
        dialect: JFRAMEWORK,
        requestId: request.id,
        target: inBrand(brand, { id: user.id }),
        command: {
          type: 'check-password',
          check,
          lockAfter: lockAfter(brand),
          session: session.session,
          ...(outdated ? { rehash: await hasher.hash(password) } : {}),
        },
        ifMatch: isProven ? ifMatch : null,
        idempotency: isProven ? idempotency : undefined,
        answer: ({ user: after }) => authAnswer(after, session),
      };
    };
    try {
      return answerOf(await users.submitChecked(prepare));
    } catch (error) {
      if (!isFailure(error)) throw error;
      // What is counted for a known user takes a write, which a caller with a clock would see.
      await sleep(FAILURE_STEP - ((performance.now() - startedAt) % FAILURE_STEP));
      throw new DomainError('sign_in_failed');
    }
  };
}

/**
 * The user a sign-in names: by e-mail address or else username when it looks like an address, otherwise by username or
 * else phone number. A contact names somebody only where the organization keeps it unique.
 */
async function findByName({ users }: Context, brand: Brand, name: string): Promise<User | null> {
  if (name.length > LONGEST_NAME) return null;
  const { id, unique } = brand.organization;
  const username = claimKeys.username(users.directory, id, name);
  const claims: string[] = [];
  if (parseEmail(name) !== null) {
    if (unique.email) claims.push(claimKeys.email(id, name));
    claims.push(username);
  } else {
    claims.push(username);
    const phone = unique.phone ? parsePhone(name) : null;
    if (phone !== null) claims.push(claimKeys.phone(id, phone));
  }
  for (const claim of claims) {
    const user = await users.find(inBrand(brand, { claim }));
    if (user !== null) return user;
  }
  return null;
}

/** Whether the name or the password is wrong; what only the right password is told is another matter. */
function isFailure(error: unknown): boolean {
  if (!(error instanceof DomainError) || error instanceof Refusal) return false;
  return error.reason === 'sign_in_failed' || error.reason === 'user_not_found';
}

/** Under the level High a password lasts 90 days. Users who may not sign in at all are told that instead. */
function isExpired(user: User, { section }: Brand, now: number): boolean {
  if (section.passwordPolicyLevel !== 'High' || user.state !== 'active') return false;
  return now >= (user.password.changedAt ?? user.createdAt) + HIGH_PASSWORD_LIFETIME;
}
