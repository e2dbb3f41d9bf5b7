import { parseMailbox } from '../../../core/values/mailbox.ts';

/**
 * Why a text breaks the e-mail rule, or undefined when it is one address; a display name passes, whoever minds it looks
 * closer. The reader is the one that decides which addresses are the same: a text that only Go's mail package takes for
 * an address (a group of one, a comment with a line break) would slip past uniqueness and into the headers of a mail.
 */
export function emailFault(text: string): string | undefined {
  if (parseMailbox(text) !== null) return undefined;
  return text.includes('@') ? 'mail: not a single deliverable address' : "mail: missing '@' or angle-addr";
}
