import type { NewSession } from '../../app/ports/session-keys.ts';
import type { Answer } from '../../app/submission.ts';
import type { User } from '../../core/user/user.ts';
import { success } from './envelope.ts';
import type { AuthResult } from './models.ts';
import { isoDate } from './user-view.ts';

/** The answer to a sign-in and to a renewal. */
export function authAnswer(user: User, { session, authKey, refreshKey }: NewSession): Answer {
  const result: AuthResult = {
    id: user.id,
    username: user.username,
    emailAddress: user.email.value,
    phoneNumber: user.phone.value,
    authKey,
    refreshAuthKey: refreshKey,
    expiresIn: isoDate(session.expiresAt),
  };
  return success(200, JSON.stringify(result), user.version);
}
