/** What an e-mail address consists of, after quotes, brackets and comments are taken off. */
export interface MailAddress {
  /** Display name, from before angle brackets or from a trailing comment; empty when there is none. */
  readonly name: string;
  readonly local: string;
  readonly host: string;
}

/** Why a text is not an address, in the words of Go's `net/mail`. */
export interface MailFault {
  readonly fault: string;
}

interface Cursor {
  readonly text: string;
  at: number;
}

/**
 * Reads a text as exactly one RFC 5322 address, accepting what Go's `mail.ParseAddress` accepts: a bare address, one in
 * angle brackets with or without a name, quoted local parts, trailing comments, domain literals, a group of one.
 * Encoded words in names stay as they are.
 */
export function parseMailAddress(text: string): MailAddress | MailFault {
  const cursor: Cursor = { text, at: 0 };
  const found = readAddresses(cursor, true);
  if ('fault' in found) return found;
  if (!skipComments(cursor)) return fault('misformatted parenthetical comment');
  if (!isDone(cursor)) return fault('expected single address');
  const [first, ...others] = found;
  if (first === undefined) return fault('empty group');
  return others.length > 0 ? fault('group with multiple addresses') : first;
}

function readAddresses(cursor: Cursor, groupAllowed: boolean): MailAddress[] | MailFault {
  skipBlanks(cursor);
  if (isDone(cursor)) return fault('no address');
  const start = cursor.at;
  const bare = readSpec(cursor);
  if (!('fault' in bare)) {
    skipBlanks(cursor);
    if (peek(cursor) !== '(') return [{ name: '', ...bare }];
    const comment = readComment(cursor);
    if (comment === undefined) return fault('misformatted parenthetical comment');
    return [
      {
        name: comment
          .split(/[ \t]+/)
          .join(' ')
          .trim(),
        ...bare,
      },
    ];
  }
  cursor.at = start;

  const name = peek(cursor) === '<' ? '' : readPhrase(cursor);
  if (typeof name !== 'string') return name;
  skipBlanks(cursor);
  if (groupAllowed && take(cursor, ':')) return readGroup(cursor);
  if (!take(cursor, '<')) return fault(isAtom(name) ? "missing '@' or angle-addr" : 'no angle-addr');
  const spec = readSpec(cursor);
  if ('fault' in spec) return spec;
  return take(cursor, '>') ? [{ name, ...spec }] : fault('unclosed angle-addr');
}

function readGroup(cursor: Cursor): MailAddress[] | MailFault {
  const members: MailAddress[] = [];
  skipBlanks(cursor);
  if (take(cursor, ';')) return members;
  for (;;) {
    const found = readAddresses(cursor, false);
    if ('fault' in found) return found;
    members.push(...found);
    if (!skipComments(cursor)) return fault('misformatted parenthetical comment');
    if (take(cursor, ';')) return members;
    if (!take(cursor, ',')) return fault('expected comma');
  }
}

/** `local@host` without anything around it. */
function readSpec(cursor: Cursor): Omit<MailAddress, 'name'> | MailFault {
  skipBlanks(cursor);
  if (isDone(cursor)) return fault('no addr-spec');
  const quoted = peek(cursor) === '"';
  const local = quoted ? readQuoted(cursor) : readAtom(cursor, true);
  if (typeof local !== 'string') return local;
  if (local === '') return fault('empty quoted string in addr-spec');
  if (!take(cursor, '@')) return fault('missing @ in addr-spec');
  skipBlanks(cursor);
  if (isDone(cursor)) return fault('no domain in addr-spec');
  const host = peek(cursor) === '[' ? readLiteral(cursor) : readAtom(cursor, true);
  return typeof host === 'string' ? { local, host } : host;
}

/** One or more words; what follows the last one is left for the caller. */
function readPhrase(cursor: Cursor): string | MailFault {
  const words: string[] = [];
  for (;;) {
    if (words.length > 0 && !skipComments(cursor)) return fault('misformatted parenthetical comment');
    skipBlanks(cursor);
    const word = peek(cursor) === '"' ? readQuoted(cursor) : readAtom(cursor, false);
    if (typeof word === 'string') words.push(word);
    else if (words.length > 0) return words.join(' ');
    else return fault(`missing word in phrase: ${word.fault}`);
  }
}

function readQuoted(cursor: Cursor): string | MailFault {
  let content = '';
  for (let i = cursor.at + 1; i < cursor.text.length; i++) {
    let char = cursor.text.charAt(i);
    if (char === '"') {
      cursor.at = i + 1;
      return content;
    }
    if (char === '\\') char = cursor.text.charAt(++i);
    if (char === '') break;
    if (!isVisible(char) && char !== ' ' && char !== '\t') {
      return fault(`bad character in quoted-string: ${JSON.stringify(char)}`);
    }
    content += char;
  }
  return fault('unclosed quoted-string');
}

function readAtom(cursor: Cursor, strictDots: boolean): string | MailFault {
  let end = cursor.at;
  while (end < cursor.text.length && isAtomChar(cursor.text.charAt(end))) end++;
  if (end === cursor.at) return fault('invalid string');
  const atom = cursor.text.slice(cursor.at, end);
  cursor.at = end;
  if (strictDots) {
    if (atom.startsWith('.')) return fault('leading dot in atom');
    if (atom.includes('..')) return fault('double dot in atom');
    if (atom.endsWith('.')) return fault('trailing dot in atom');
  }
  return atom;
}

function readLiteral(cursor: Cursor): string | MailFault {
  const end = cursor.text.indexOf(']', cursor.at);
  if (end < 0) return fault('unclosed domain-literal');
  const literal = cursor.text.slice(cursor.at, end + 1);
  cursor.at = end + 1;
  return literal;
}

/** The content of a comment that starts here, nested brackets included, or undefined when it does not end. */
function readComment(cursor: Cursor): string | undefined {
  let depth = 1;
  let content = '';
  for (let i = cursor.at + 1; i < cursor.text.length; i++) {
    let char = cursor.text.charAt(i);
    if (char === '\\' && i + 1 < cursor.text.length) char = cursor.text.charAt(++i);
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    if (depth === 0) {
      cursor.at = i + 1;
      return content;
    }
    content += char;
  }
  return undefined;
}

/** Skips blanks and comments; false when a comment does not end. */
function skipComments(cursor: Cursor): boolean {
  skipBlanks(cursor);
  while (peek(cursor) === '(') {
    if (readComment(cursor) === undefined) return false;
    skipBlanks(cursor);
  }
  return true;
}

function skipBlanks(cursor: Cursor): void {
  while (peek(cursor) === ' ' || peek(cursor) === '\t') cursor.at++;
}

function take(cursor: Cursor, char: string): boolean {
  if (peek(cursor) !== char) return false;
  cursor.at++;
  return true;
}

function peek(cursor: Cursor): string {
  return cursor.text.charAt(cursor.at);
}

function isDone(cursor: Cursor): boolean {
  return cursor.at >= cursor.text.length;
}

function isAtom(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isAtomChar(text.charAt(i))) return false;
  return true;
}

function isAtomChar(char: string): boolean {
  return isVisible(char) && !'()<>[]:;@\\,"'.includes(char);
}

/** Printable without the blank; everything beyond ASCII counts. */
function isVisible(char: string): boolean {
  return (char > ' ' && char <= '~') || char >= '\u0080';
}

function fault(what: string): MailFault {
  return { fault: `mail: ${what}` };
}
