import type { DescMethod, DescService, Message } from '@bufbuild/protobuf';
import { DomainError } from '../../core/errors.ts';
import { parseIfMatch } from '../shared/conditional.ts';
import { identify, type TokenServices } from './authenticate.ts';
import { statusErrorOf } from './errors.ts';
import { idempotencyOf } from './idempotency.ts';
import type { MethodHandler, MethodName, MethodResult, Permit } from './method.ts';
import { DecodeError } from './protocol/decode-error.ts';
import { restRoutes } from './protocol/routes.ts';
import { STATUS_CODES } from './protocol/status.ts';
import { firstViolation, prepareRules } from './protocol/validate.ts';
import { instanceSectionOf } from './section.ts';
import { hasHiddenCause, invalid, StatusError } from './status-error.ts';

/** A call as its transport brought it. What costs work is read only when its turn comes. */
export interface TransportCall {
  readonly requestId: string;
  /** A header, or metadata, of which there is only one; an empty one counts as absent. */
  header(name: 'authorization' | 'x-zitadel-orgid' | 'if-match' | 'idempotency-key'): string | undefined;
  /** @throws StatusError when nobody waits for the answer any more, so that what has not begun need not begin */
  checkWanted(): void;
  /** @throws DecodeError when it is not a request of the method */
  readMessage(): Message | Promise<Message>;
}

/** What the methods of a service do, by their local names; those that are missing answer that they are. */
export interface ServiceTable {
  readonly methods: Readonly<Record<string, MethodHandler<never> | undefined>>;
  /** Permissions that are asked for before the fields of a request are looked at. */
  readonly permits?: Readonly<Record<string, Permit<never> | undefined>>;
  /** Why methods are missing that will not be built. */
  readonly unserved?: Readonly<Record<string, string>>;
}

interface BoundMethod {
  readonly handle: MethodHandler<Message>;
  readonly permit: Permit<Message> | undefined;
  /** It changes nothing, so preconditions and repetitions mean nothing to it. */
  readonly reads: boolean;
}

/** A service without its transports: every call takes the same steps, whatever brought it. */
export class ServiceMethods {
  readonly #services: TokenServices;
  readonly #table: ServiceTable;
  readonly #methods = new Map<string, BoundMethod>();

  constructor(service: DescService, table: ServiceTable, services: TokenServices) {
    this.#services = services;
    this.#table = table;
    const reads = new Set(
      restRoutes(service).flatMap(({ verb, method }) => (verb === 'GET' ? [method.localName] : [])),
    );
    for (const [name, handle] of Object.entries(table.methods)) {
      const method = service.method[name];
      if (method === undefined) throw new Error(`${service.typeName} has no method ${name}`);
      if (handle === undefined) continue;
      prepareRules(method.input);
      // The service decodes each method's own message, so what a handler gets is what it asks for.
      this.#methods.set(name, {
        handle: handle as BoundMethod['handle'],
        permit: table.permits?.[name] as BoundMethod['permit'],
        reads: reads.has(name),
      });
    }
  }

  /** Whether the method is built. */
  isServed({ localName }: DescMethod): boolean {
    return this.#methods.has(localName);
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
      if (error instanceof DecodeError) throw invalid(error.message);
      if (!(error instanceof DomainError) || hasHiddenCause(error)) throw error;
      throw statusErrorOf(this.#asKnown(error, method), method.localName as MethodName);
    }
  }

  /** What the caller learns about a user that it must not know of. */
  #asKnown(error: DomainError, method: DescMethod): DomainError {
    if (!hidesUser(error, method) || instanceSectionOf(this.#services.users.directory).hideExistence !== true) {
      return error;
    }
    return new DomainError('user_not_found');
  }

  async #invoke(method: DescMethod, call: TransportCall): Promise<MethodResult> {
    const { caller, organizationId } = await identify(
      this.#services,
      call.header('authorization'),
      call.header('x-zitadel-orgid'),
    );
    const bound = this.#methods.get(method.localName);
    if (bound === undefined) throw this.#missing(method);
    call.checkWanted();
    const read = call.readMessage();
    const message = read instanceof Promise ? await read : read;
    call.checkWanted();
    if (bound.permit !== undefined) await bound.permit({ caller, message, organizationId });
    const violation = firstViolation(method.input, message);
    if (violation !== undefined) throw invalid(violation);
    call.checkWanted();
    return bound.handle({
      message,
      caller,
      organizationId,
      requestId: call.requestId,
      ifMatch: bound.reads ? null : parseIfMatch(call.header('if-match')),
      idempotency: bound.reads ? undefined : idempotencyOf(call.header('idempotency-key'), { caller, method, message }),
    });
  }

  #missing({ name, localName }: DescMethod): StatusError {
    const why = this.#table.unserved?.[localName];
    const message = `${name} is not implemented${why === undefined ? '' : `: ${why}`}`;
    return new StatusError({ code: STATUS_CODES.unimplemented, message });
  }
}

/** Whether it refuses somebody who may not read the user that the request is about. */
function hidesUser({ reason, details }: DomainError, { input, localName }: DescMethod): boolean {
  // What is created is nobody yet: there an organization is out of reach.
  if (input.field['userId'] === undefined || CREATIONS.has(localName)) return false;
  return details.unseen === true && (reason === 'no_membership' || reason === 'no_permission');
}

const CREATIONS: ReadonlySet<string> = new Set<MethodName>(['addHumanUser', 'createUser']);
