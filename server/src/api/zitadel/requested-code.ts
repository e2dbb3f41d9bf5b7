import type { Message } from '@bufbuild/protobuf';
import type { Codes } from '../../app/codes.ts';
import type { CodePurpose } from '../../app/ports/secrets.ts';
import type { NewCode } from '../../core/user/commands.ts';
import { parseUrlTemplate } from '../../core/values/url-template.ts';

/** How a request wants its code: in the answer, or by a message, which may have a link of its own. */
interface CodeRequest {
  readonly case: string | undefined;
  readonly value?: boolean | (Message & { readonly urlTemplate?: string }) | undefined;
}

export interface RequestedCode {
  readonly code: NewCode;
  /** For the caller; `null` when a message brings it. */
  readonly plain: string | null;
}

/**
 * A new code: one that is sent unless it is asked for.
 *
 * @param more a placeholder that only the link of this message knows
 * @throws DomainError `url_template_invalid`
 */
export function requestedCode(
  request: CodeRequest,
  userId: string,
  purpose: CodePurpose,
  codes: Codes,
  more?: Parameters<typeof parseUrlTemplate>[1],
): RequestedCode {
  if (request.case === 'returnCode') return codes.toReturn(userId, purpose);
  const { urlTemplate } = typeof request.value === 'object' ? request.value : {};
  if (urlTemplate !== undefined) parseUrlTemplate(urlTemplate, more);
  return { code: codes.toSend(userId, purpose, urlTemplate ?? null), plain: null };
}
