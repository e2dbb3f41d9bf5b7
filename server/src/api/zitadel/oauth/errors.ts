import { DomainError, type ErrorCode } from '../../../core/errors.ts';
import type { Answer } from '../../shared/answer.ts';
import type { RequestError } from '../../shared/route.ts';

/** Error codes of RFC 6749, 5.2, that these endpoints can give. */
export type OAuthError = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type';

/** A refusal in the words of OAuth. */
export function oauthRefusal(error: OAuthError, description?: string): Answer {
  const body = { error, ...(description !== undefined && { error_description: description }) };
  if (error !== 'invalid_client') return oauthAnswer(400, body);
  return oauthAnswer(401, body, { 'www-authenticate': 'Basic realm="tessera", charset="UTF-8"' });
}

export function oauthAnswer(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { pragma: 'no-cache', ...headers }, body: JSON.stringify(body) };
}

/** What may succeed later, and how it is told until then. */
const LATER: { readonly [C in ErrorCode]?: number } = { unavailable: 503, rate_limited: 429 };

/** What fails before or beside an endpoint, on its paths. */
export function renderOAuthError(error: RequestError): Answer {
  if (error.kind === 'fault') {
    const { status, detail } = error.fault;
    return oauthAnswer(status, { error: 'invalid_request', error_description: detail });
  }
  const { code, details } = error.kind === 'domain' ? error.error : new DomainError('internal');
  const status = LATER[code];
  if (status === undefined) return oauthAnswer(500, { error: 'server_error' });
  const retryAfter = String(details.retryAfter ?? 1);
  return oauthAnswer(status, { error: 'temporarily_unavailable' }, { 'retry-after': retryAfter });
}
