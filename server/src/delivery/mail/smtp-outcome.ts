import type { Outcome } from '../../app/ports/sender.ts';
import { oneLine } from '../messages/one-line.ts';

/** What the library says of a failure. */
interface SmtpFailure {
  readonly code?: unknown;
  /** Code of the system's own, behind the library's. */
  readonly originalCode?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
  readonly command?: unknown;
}

/** At these commands the server speaks of the recipient, or of this one mail. */
const ABOUT_THE_MAIL: ReadonlySet<unknown> = new Set(['RCPT TO', 'DATA']);
/** The server ends the connection, or finds commands in the wrong order: no word about the mail. */
const ABOUT_THE_CONNECTION: ReadonlySet<number> = new Set([421, 503, 530, 535, 538]);
const LONGEST_ANSWER = 200;
/** Contents of fewer letters are also parts of ordinary words, which stay. */
const TELLING = 6;

/** What a failed try means. @param error what the library threw @param contents what an answer must not give away */
export function outcomeOfFailure(error: unknown, contents: readonly string[]): Outcome {
  const { code, originalCode, responseCode, response, command }: SmtpFailure = Object(error);
  if (typeof responseCode !== 'number') {
    const reason = [originalCode, code].find((word) => typeof word === 'string') ?? 'unknown';
    if (response !== undefined)
      return { type: 'failed', answer: `no answer that makes sense (${reason})`, isDown: true };
    // Without an answer the library has found fault with the address itself, or the server takes none so large.
    if (code === 'EENVELOPE' || code === 'EMESSAGE') return { type: 'refused', answer: `not sent: ${reason}` };
    return { type: 'failed', answer: `no answer (${reason})`, isDown: true };
  }
  const answer = `${command ?? 'connection'}: ${withoutContents(String(response), contents)}`.slice(0, LONGEST_ANSWER);
  if (!ABOUT_THE_MAIL.has(command) || ABOUT_THE_CONNECTION.has(responseCode)) {
    return { type: 'failed', answer, isDown: true };
  }
  return responseCode >= 500 ? { type: 'refused', answer } : { type: 'failed', answer, isDown: false };
}

/** In one line: servers repeat addresses, links and sometimes words of the mail. */
function withoutContents(response: string, contents: readonly string[]): string {
  let text = oneLine(response);
  // Contents may be several words, or stand in the middle of one, all of which goes below with the sign.
  for (const content of contents.map(oneLine)) if (content !== '') text = text.replaceAll(placesOf(content), '@');
  return text
    .split(' ')
    .map((word) => (/[@/]/.test(word) ? '...' : word))
    .join(' ');
}

function placesOf(content: string): RegExp {
  const escaped = content.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  if (content.length >= TELLING) return new RegExp(escaped, 'giu');
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'giu');
}
