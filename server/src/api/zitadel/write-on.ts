import type { Message, MessageInitShape } from '@bufbuild/protobuf';
import type { GenMessage } from '@bufbuild/protobuf/codegenv1';
import type { Details } from '@zitadel/proto/zitadel/object/v2/object_pb';
import type { Answer, CommandSubmission, Outcome } from '../../app/submission.ts';
import type { UserKind } from '../../core/user/user.ts';
import { writeDetails } from './details.ts';
import { answerWith, type MethodCall, secretly } from './method.ts';
import { SECTION } from './section.ts';

/** A change of one user, as a method asks for it. */
export interface Write {
  /** Users of the other kind are missing ones; both are meant unless given. */
  readonly kind?: UserKind;
  readonly command: CommandSubmission['command'];
  /** The answer holds a code. */
  readonly isSecret?: boolean;
  readonly answer: (outcome: Outcome) => Answer;
}

/** The submission for the user that a request names. */
export function writeOn(
  { message, caller, requestId, ifMatch, idempotency }: MethodCall<{ readonly userId: string }>,
  { kind, command, isSecret = false, answer }: Write,
): CommandSubmission {
  return {
    type: 'command',
    caller,
    dialect: SECTION,
    requestId,
    target: { id: message.userId, section: SECTION, ...(kind && { kind }) },
    command,
    ifMatch,
    idempotency: isSecret ? secretly(idempotency) : idempotency,
    answer,
  };
}

/** Answers with the details of the write, and what else the response holds. */
export function withDetails<Desc extends GenMessage<Message & { details?: Details }>>(
  schema: Desc,
  more?: Omit<MessageInitShape<Desc>, 'details'>,
): Write['answer'] {
  return (outcome) => {
    const response = { ...more, details: writeDetails(outcome) } as MessageInitShape<Desc>;
    return answerWith(schema, response, outcome.user.version);
  };
}

/** The member of a response that holds a code the caller gets. */
export function codeAs<Name extends string>(name: Name, code: string | null): { [N in Name]?: string } {
  return (code === null ? {} : { [name]: code }) as { [N in Name]?: string };
}
