/** The length of `text` in Unicode code points, the unit in which the wire contracts count. */
export function codePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) count++;
  return count;
}

const utf8 = new TextEncoder();

/** The length of `text` in UTF-8 bytes. */
export function utf8Bytes(text: string): number {
  return utf8.encode(text).length;
}

/** Whether every engine and wire form can carry `text`: no lone surrogate, and no NUL (which PostgreSQL refuses). */
export function isWellFormedText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** `text` without white space of any script at its ends. */
export function trimmed(text: string): string {
  return text.trim();
}
