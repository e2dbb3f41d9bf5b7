import { DomainError } from '../../core/errors.ts';
import type { Session, User } from '../../core/user/user.ts';
import type { Handler } from '../shared/route.ts';
import { reader } from '../shared/schema.ts';
import { answerOf, idempotencyOf, ifMatchOf } from '../shared/submit.ts';
import { authAnswer } from './auth-result.ts';
import { anonymous } from './authenticate.ts';
import { JFRAMEWORK } from './brands.ts';
import { commandTo } from './call.ts';
import { Refusal } from './errors.ts';
import { readBody } from './read-body.ts';
import { RefreshBody } from './schema.ts';
import { type Context, inBrand, KEY_LIFETIMES } from './services.ts';

const INVALID = [{ code: 'InvalidRefreshAuthKey', message: 'The refreshAuthKey is not valid, or no longer.' }];

/** POST /users/auth/refresh-auth-key. Both keys are replaced: the old ones die with this call. */
export function refreshAuthKey(context: Context): Handler {
  const { users, brands, sessionKeys, clock } = context;
  const body = reader(RefreshBody);
  return async (request) => {
    const brand = brands.of(request.headers);
    const caller = anonymous(brand);
    const sent = readBody(request, body);
    const ifMatch = ifMatchOf(request);
    const key = sessionKeys.read('refresh', sent.refreshAuthKey);
    if (key === null) throw new Refusal('unauthenticated', 401, INVALID);
    const target = inBrand(brand, { id: key.userId });
    // Asked here as well, because a stored answer is given again without a decision.
    const session = sessionOf(await users.find(target), key.sessionId);
    if (session === undefined) throw new Refusal('unauthenticated', 401, INVALID);
    const next = sessionKeys.renew(key.userId, clock(), KEY_LIFETIMES, key.sessionId);
    try {
      const receipt = await users.submit({
        ...commandTo(target, request, caller),
        command: {
          type: 'renew-session',
          sessionId: key.sessionId,
          refreshDigest: key.digest,
          next: next.session,
        },
        // A key that was used already is refused as such, and learns no version.
        ifMatch: session.refreshDigest === key.digest ? ifMatch : null,
        idempotency: idempotencyOf(request, { dialect: JFRAMEWORK, name: 'refresh', caller, body: sent, secret: true }),
        answer: ({ user }) => authAnswer(user, next),
      });
      return answerOf(receipt);
    } catch (error) {
      const refused = error instanceof DomainError && ['unauthenticated', 'user_not_found'].includes(error.reason);
      throw refused ? new Refusal('unauthenticated', 401, INVALID) : error;
    }
  };
}

function sessionOf(user: User | null, sessionId: string): Session | undefined {
  return user?.state === 'active' ? user.credentials.sessions.find(({ id }) => id === sessionId) : undefined;
}
