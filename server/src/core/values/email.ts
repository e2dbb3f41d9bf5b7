import { caselessForm } from './case-fold.ts';
import { formatAddress, parseMailbox } from './mailbox.ts';

/** An address that passed `parseEmail`. */
export type EmailAddress = string & { readonly brand: 'EmailAddress' };

/**
 * Reads a plain e-mail address: an unquoted local part (letters of any script) of up to 64 bytes, one at sign, and an
 * ASCII domain of two labels or more; 254 bytes in all. Nothing is trimmed or lower-cased. Answers `null` for anything
 * else, also for a text that is one only until somebody normalises it.
 */
export function parseEmail(text: string): EmailAddress | null {
  return isPlainAddress(text) && isPlainAddress(text.normalize('NFKC')) ? (text as EmailAddress) : null;
}

function isPlainAddress(text: string): boolean {
  const mailbox = parseMailbox(text);
  if (mailbox === null || text !== `${mailbox.localPart}@${mailbox.domain}`) return false;
  const labels = mailbox.domain.split('.');
  return labels.length > 1 && /[A-Za-z]/.test(labels.at(-1) ?? '');
}

/**
 * The key under which an address is unique and looked up: the address without name, brackets, comments and needless
 * quotes, NFC and full case folding to a fixed point. A text that is no address gets a key too. Mail always goes to the
 * stored address, never to a key or to what was typed.
 */
export function emailKey(address: string): string {
  let key = caselessForm(address, 'NFC');
  // Taking quotes or comments away can bring a letter and a combining mark together, hence the second look.
  for (;;) {
    const mailbox = parseMailbox(key);
    const bare = mailbox === null ? key : formatAddress(mailbox);
    if (bare === key) return key;
    key = caselessForm(bare, 'NFC');
  }
}
