import type { DescMethod, Message } from '@bufbuild/protobuf';
import { UserService } from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import type { Caller } from '../../app/callers.ts';
import type { IdempotencyKey, IfMatch } from '../../app/submission.ts';
import { DomainError } from '../../core/errors.ts';
import { identify } from './authenticate.ts';
import { statusErrorOf } from './errors.ts';
import type { MethodHandler, MethodName, MethodResult, Permit, ZitadelServices } from './method.ts';
import { methodTable, permitTable } from './methods.ts';
import { DecodeError } from './protocol/decode-error.ts';
import { STATUS_CODES } from './protocol/status.ts';
import { firstViolation, prepareRules } from './protocol/validate.ts';
import { hasHiddenCause, StatusError } from './status-error.ts';

/** A call as its transport brought it. What costs work is read only when its turn comes. */
export interface TransportCall {
  readonly requestId: string;
  /** The header, or the metadata, of this name. */
  readonly authorization: string | undefined;
  readonly organizationId: string | undefined;
  /** @throws DecodeError when it is not a request of the method */
  readMessage(): Message;
  readIfMatch(): IfMatch | null;
  readIdempotency(caller: Caller): IdempotencyKey | undefined;
}

interface BoundMethod {
  readonly handle: MethodHandler<Message>;
  readonly permit: Permit<Message> | undefined;
}

/** The user service without its transports: every call takes the same steps, whatever brought it. */
export class UserServiceMethods {
  readonly #services: ZitadelServices;
  readonly #methods = new Map<string, BoundMethod>();

  constructor(services: ZitadelServices) {
    this.#services = services;
    const permits = permitTable(services);
    for (const [name, handle] of Object.entries(methodTable(services))) {
      const key = name as MethodName;
      prepareRules(UserService.method[key].input);
      // The service decodes each method's own message, so what a handler gets is what it asks for.
      this.#methods.set(name, {
        handle: handle as BoundMethod['handle'],
        permit: permits[key] as BoundMethod['permit'],
      });
    }
  }

  /**
   * Authenticates, reads the message, checks permission and field rules, then calls the method.
   *
   * @throws StatusError for every refusal; anything else is a fault of ours or of the transport
   */
  async invoke(method: DescMethod, call: TransportCall): Promise<MethodResult> {
    try {
      return await this.#invoke(method, call);
    } catch (error) {
      if (error instanceof DecodeError) {
        throw new StatusError({ code: STATUS_CODES.invalidArgument, message: error.message });
      }
      if (!(error instanceof DomainError) || hasHiddenCause(error)) throw error;
      throw statusErrorOf(error, method.localName as MethodName);
    }
  }

  async #invoke(method: DescMethod, call: TransportCall): Promise<MethodResult> {
    const { caller, organizationId } = await identify(this.#services, call.authorization, call.organizationId);
    const bound = this.#methods.get(method.localName);
    if (bound === undefined) {
      throw new StatusError({ code: STATUS_CODES.unimplemented, message: `${method.name} is not implemented` });
    }
    const message = call.readMessage();
    if (bound.permit !== undefined) await bound.permit({ caller, message, organizationId });
    const violation = firstViolation(method.input, message);
    if (violation !== undefined) throw new StatusError({ code: STATUS_CODES.invalidArgument, message: violation });
    return bound.handle({
      message,
      caller,
      organizationId,
      requestId: call.requestId,
      ifMatch: call.readIfMatch(),
      idempotency: call.readIdempotency(caller),
    });
  }
}
