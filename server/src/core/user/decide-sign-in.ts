import { DomainError } from '../errors.ts';
import type { RequestSignInCode, StartSession } from './commands.ts';
import { checkCode, codeMessages, codeRefused, freshCode } from './decide-contact.ts';
import { type Decision, type Facts, oneChange } from './decision.ts';
import { change } from './events.ts';
import { liveSessions, refuseBarred, sessionStarted } from './sign-in.ts';
import type { SignInCode, SignInCodeKind, User } from './user.ts';

/** Sent to the contact as it stands; a code of the same kind before dies. */
export function decideRequestSignInCode({ kind, id, code }: RequestSignInCode, user: User): Decision {
  refuseBarred(user);
  const contact = kind === 'phone' ? 'phone' : 'email';
  const message = kind === 'link' ? 'sign_in_link' : 'sign_in_code';
  const messages = codeMessages(message, contact, user[contact].value, user, code);
  const { signInCodes } = user.credentials;
  const after = [...without(signInCodes, kind), { ...freshCode(code), kind, id }];
  return { ...oneChange('user.sign_in_code_added', 'credentials.signInCodes', signInCodes, after), messages };
}

export function decideStartSession(command: StartSession, user: User, { now }: Facts): Decision {
  refuseBarred(user);
  const { proof } = command;
  if (proof.kind === 'approval') {
    const sessions = liveSessions(user, now);
    const stands = sessions.some(({ id }) => id === proof.sessionId);
    // The session of an approval is always the same one, so that an approval is good for one.
    const isUsed = sessions.some(({ id }) => id === command.session.id);
    if (!stands || isUsed) throw new DomainError('approval_over');
    return { events: [sessionStarted(command, user, now)], messages: [] };
  }
  const { signInCodes } = user.credentials;
  const code = signInCodes.find(({ kind, id }) => kind === proof.kind && id === proof.id) ?? null;
  const outcome = checkCode(code, proof.digest, now);
  if (outcome !== 'ok') {
    return codeRefused(outcome, 'user.sign_in_code_failed', 'credentials.signInCodes', signInCodes, (after) =>
      signInCodes.map((one) => (one === code ? after : one)),
    );
  }
  const { type, changes } = sessionStarted(command, user, now);
  const used = { ...changes };
  change(used, 'credentials.signInCodes', signInCodes, without(signInCodes, proof.kind));
  return { events: [{ type, changes: used }], messages: [] };
}

function without(codes: readonly SignInCode[], kind: SignInCodeKind): SignInCode[] {
  return codes.filter((code) => code.kind !== kind);
}
