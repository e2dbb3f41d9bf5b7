import type { SetPassword } from '@zitadel/proto/zitadel/user/v2/password_pb';
import { submitSending } from '../../app/sending.ts';
import type { Answer, CommandSubmission, Outcome, Receipt } from '../../app/submission.ts';
import type { Directory } from '../../core/organization.ts';
import type { PasswordChange, UpdateUser } from '../../core/user/commands.ts';
import type { EventType } from '../../core/user/events.ts';
import type { User } from '../../core/user/user.ts';
import { asSetUp } from './as-set-up.ts';
import { type MethodCall, type MethodResult, resultOf, type ZitadelServices } from './method.ts';
import { submitPasswordChange, wantedPassword } from './password-change.ts';
import { shownLanguage } from './user-view.ts';
import { writeOn } from './write-on.ts';

type Call = MethodCall<{ readonly userId: string }>;

/** A change of a human user, and the codes that the caller gets if it adds them. */
export interface HumanChange {
  /** Without the password, which is prepared when it is the caller's to change. */
  readonly command: UpdateUser;
  readonly password: SetPassword | undefined;
  readonly emailCode: string | null;
  readonly phoneCode: string | null;
  readonly answer: (outcome: Outcome, codes: ReturnedCodes) => Answer;
}

export interface ReturnedCodes {
  readonly emailCode?: string;
  readonly phoneCode?: string;
}

export async function changeHuman(call: Call, change: HumanChange, services: ZitadelServices): Promise<MethodResult> {
  const { users } = services;
  const { command, password } = change;
  const submissionWith = (made: UpdateUser): CommandSubmission => submissionOf(call, change, made, users.directory);
  const submission = submissionWith(command);
  const wanted = password && wantedPassword(password);
  const submit = (): Promise<Receipt> => {
    if (wanted === undefined) return users.submit(submission);
    const commandOf = (made: PasswordChange): UpdateUser => ({ ...command, password: made });
    return submitPasswordChange({ call, wanted, commandOf }, submissionWith, services);
  };
  const isSent = [command.email, command.phone].some((contact) => contact?.code?.delivery);
  return resultOf(await (isSent ? submitSending(submission, services, submit) : submit()));
}

function submissionOf(call: Call, change: HumanChange, command: UpdateUser, directory: Directory): CommandSubmission {
  return writeOn(call, {
    kind: 'human',
    command: asSetUp((user) => withoutShown(command, user), directory),
    isSecret: change.emailCode !== null || change.phoneCode !== null,
    answer: (outcome) => change.answer(outcome, addedCodes(outcome, change)),
  });
}

/** What a reader was shown in place of a missing value is not a value to set. */
function withoutShown(command: UpdateUser, user: User): UpdateUser {
  const { username, profile, ...others } = command;
  const keepsName = user.username === null && username === user.id;
  const keepsLanguage = user.profile.preferredLanguage === null && profile?.preferredLanguage === shownLanguage(user);
  if (!keepsName && !keepsLanguage) return command;
  return {
    ...others,
    ...(username !== undefined && !keepsName && { username }),
    ...(profile && { profile: keepsLanguage ? { ...profile, preferredLanguage: null } : profile }),
  };
}

/** A code that was made but not needed is not returned. */
function addedCodes(outcome: Outcome, { emailCode, phoneCode }: HumanChange): ReturnedCodes {
  const has = (type: EventType) => outcome.events.some((event) => event.type === type);
  return {
    ...(emailCode !== null && has('user.email_code_added') && { emailCode }),
    ...(phoneCode !== null && has('user.phone_code_added') && { phoneCode }),
  };
}
