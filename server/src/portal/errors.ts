import type { Answer } from '../api/shared/answer.ts';
import type { FaultName } from '../api/shared/faults.ts';
import type { RequestError, RequestInfo } from '../api/shared/route.ts';
import { DomainError, type ErrorCode } from '../core/errors.ts';
import { languageOf } from './language.ts';
import { noticePage } from './page.ts';
import type { NoticeName } from './texts.ts';
import { textsIn } from './translations.ts';

const REFUSALS = { linkUsed: 410, linkInvalid: 403, noVisit: 403, formInvalid: 403 } as const satisfies Partial<
  Record<NoticeName, number>
>;

/** What only this page refuses. */
export class Refusal extends DomainError {
  readonly notice: keyof typeof REFUSALS;

  constructor(notice: keyof typeof REFUSALS) {
    super('unauthenticated');
    this.name = 'Refusal';
    this.notice = notice;
  }
}

type Told = readonly [status: number, notice: NoticeName];

const ERRORS: Readonly<Record<ErrorCode, Told>> = {
  invalid_argument: [422, 'malformed'],
  // The user, or who gave the link, is not what it was when the link was given.
  unauthenticated: [403, 'noVisit'],
  permission_denied: [403, 'noVisit'],
  not_found: [403, 'noVisit'],
  already_exists: [409, 'malformed'],
  failed_precondition: [409, 'malformed'],
  version_conflict: [409, 'malformed'],
  key_reused: [409, 'malformed'],
  rate_limited: [429, 'busy'],
  unavailable: [503, 'busy'],
  internal: [500, 'failed'],
};

const FAULTS: Readonly<Record<FaultName, NoticeName>> = {
  malformed_body: 'malformed',
  unsupported_media_type: 'malformed',
  body_too_large: 'tooLarge',
  content_encoding: 'malformed',
  malformed_header: 'malformed',
  missing_header: 'malformed',
  malformed_idempotency_key: 'malformed',
  malformed_if_match: 'malformed',
  malformed_path: 'notFound',
  malformed_query: 'malformed',
  route_not_found: 'notFound',
  method_not_allowed: 'notAllowed',
  request_timeout: 'malformed',
};

/** Every refusal is a page that a person can read. */
export function renderError(error: RequestError, { headers }: RequestInfo): Answer {
  const texts = textsIn(languageOf(headers['accept-language']));
  const [status, notice] = toldOf(error);
  const answer = noticePage(status, texts, notice);
  const { retryAfter } = error.kind === 'domain' ? error.error.details : {};
  return retryAfter === undefined
    ? answer
    : { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfter) } };
}

function toldOf(error: RequestError): Told {
  if (error.kind === 'internal') return ERRORS.internal;
  if (error.kind === 'fault') return [error.fault.status, FAULTS[error.fault.fault]];
  if (error.error instanceof Refusal) return [REFUSALS[error.error.notice], error.error.notice];
  return ERRORS[error.error.code];
}
