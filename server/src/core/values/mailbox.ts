import { utf8Bytes } from './text.ts';

/** One address as it may stand in a mail header: `a@b.ch`, `<a@b.ch>`, `"a b"@c.ch`, `Ann <a@b.ch>`, `a@b.ch (Ann)`. */
export interface Mailbox {
  /** Empty when the text is only an address. */
  readonly displayName: string;
  /** Without quotes and escapes. */
  readonly localPart: string;
  /** As written; ASCII. */
  readonly domain: string;
}

// Beyond the header grammar, characters that are invisible or break lines are refused: they only serve look-alikes.
const UNSEEN = '\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}';
const ATEXT = `[^${UNSEEN}\\p{Zs}()<>[\\]:;@\\\\,".]`;
const DOT_ATOM = `${ATEXT}+(?:\\.${ATEXT}+)*`;
const QUOTED = `"(?:[^"\\\\${UNSEEN}]|\\\\[^${UNSEEN}])*"`;
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const ADDRESS = ` *(?<local>${DOT_ATOM}|${QUOTED})@ *(?<domain>${LABEL}(?:\\.${LABEL})*)`;

const WHOLE_DOT_ATOM = new RegExp(`^${DOT_ATOM}$`, 'u');
const BARE_ADDRESS = new RegExp(`^${ADDRESS}(?<comments> *(?:\\([^${UNSEEN}]*)?)$`, 'u');
const ANGLE_ADDRESS = new RegExp(
  `^(?<name>(?:${QUOTED}|${ATEXT}|[ .])*)<${ADDRESS}>(?<comments> *(?:\\([^${UNSEEN}]*)?)$`,
  'u',
);

/** Longer texts (UTF-16 units) hold no address worth looking for. */
const LONGEST = 1024;

/**
 * Reads one RFC 5322 mailbox with the limits of SMTP: local part up to 64 bytes, address up to 254, host names of ASCII
 * labels (one is enough). Answers `null` for anything else.
 */
export function parseMailbox(text: string): Mailbox | null {
  if (text.length > LONGEST) return null;
  const groups = (BARE_ADDRESS.exec(text) ?? ANGLE_ADDRESS.exec(text))?.groups;
  if (groups === undefined) return null;
  const comment = readComments(groups.comments ?? '');
  const localPart = unquoted(groups.local ?? '');
  const domain = groups.domain ?? '';
  if (comment === null || localPart === '' || utf8Bytes(localPart) > 64 || domain.length > 253) return null;
  if (utf8Bytes(localPart) + 1 + domain.length > 254) return null;
  // Some systems normalise addresses on the way; a full-width at sign must not become a second separator there.
  if (localPart.normalize('NFKC').includes('@')) return null;
  return { displayName: groups.name === undefined ? comment : groups.name.trim(), localPart, domain };
}

/** The shortest way to write the address: no name, no brackets or comments, quotes only where the local part needs them. */
export function formatAddress({ localPart, domain }: Mailbox): string {
  if (WHOLE_DOT_ATOM.test(localPart)) return `${localPart}@${domain}`;
  return `"${localPart.replaceAll(/["\\]/g, '\\$&')}"@${domain}`;
}

function unquoted(local: string): string {
  return local.startsWith('"') ? local.slice(1, -1).replaceAll(/\\(.)/gsu, '$1') : local;
}

/** What stands in the comments that make up `text`, which may be nested, or `null` when one does not close. */
function readComments(text: string): string | null {
  let content = '';
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '(') depth++;
    else if (char === ')' && depth-- === 0) return null;
    else if (depth === 0 && char !== ' ' && char !== ')') return null;
    else if (char === '\\') content += text.charAt(++at);
    else if (char !== ')') content += char;
  }
  return depth === 0 ? content.trim() : null;
}
