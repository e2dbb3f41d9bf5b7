/** A mail in parts, everything decoded. */
export interface ReadMail {
  /** As sent. */
  readonly source: string;
  /** In lower case, unfolded, encoded words as they are; those that come twice are listed twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Every link of the text, in order. */
  readonly links: readonly string[];
}

/** Reads a mail with one part of plain text and one of HTML; throws when it is anything else. */
export function readMail(bytes: Buffer): ReadMail {
  const source = bytes.toString('utf8');
  const { headers, body } = partOf(source);
  const boundary = /^multipart\/alternative;\s*boundary="?([^";]+)"?$/.exec(valueIn(headers, 'content-type'))?.[1];
  if (boundary === undefined) throw new Error(`not multipart/alternative: ${valueIn(headers, 'content-type')}`);
  const parts = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => partOf(part.replace(/^\r\n/, '')));
  const [text, html, ...others] = parts.map((part) => ({
    type: valueIn(part.headers, 'content-type'),
    content: decoded(part.body, valueIn(part.headers, 'content-transfer-encoding')),
  }));
  if (text?.type !== 'text/plain; charset=utf-8' || html?.type !== 'text/html; charset=utf-8' || others.length > 0) {
    throw new Error(`not a text and an HTML: ${JSON.stringify([text?.type, html?.type, others.length])}`);
  }
  const links = text.content.match(/https?:\/\/\S+/g) ?? [];
  return {
    source,
    headers,
    subject: decodedWords(valueIn(headers, 'subject')),
    text: text.content,
    html: html.content,
    links: [...links],
  };
}

/** The value of the only header of a name. */
export function headerOf(mail: ReadMail, name: string): string {
  return valueIn(mail.headers, name);
}

type Headers = ReadMail['headers'];

function partOf(source: string): { readonly headers: Headers; readonly body: string } {
  const end = source.indexOf('\r\n\r\n');
  const lines = source
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    if (colon < 0) throw new Error(`no header: ${line}`);
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { headers, body: source.slice(end + 4).replace(/\r\n$/, '') };
}

function valueIn(headers: Headers, name: string): string {
  const found = headers.filter(([candidate]) => candidate === name);
  if (found.length !== 1) throw new Error(`${found.length} headers ${name}`);
  return found[0]?.[1] ?? '';
}

function decoded(body: string, encoding: string): string {
  switch (encoding) {
    case '7bit':
      return body.replaceAll('\r\n', '\n');
    case 'base64':
      return Buffer.from(body, 'base64').toString('utf8').replaceAll('\r\n', '\n');
    case 'quoted-printable':
      return quotedPrintable(body.replaceAll('=\r\n', '')).replaceAll('\r\n', '\n');
    default:
      throw new Error(`encoded as ${encoding}`);
  }
}

function quotedPrintable(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/g, (_match, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** RFC 2047. */
function decodedWords(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_match, form: string, content: string) =>
      form.toLowerCase() === 'b'
        ? Buffer.from(content, 'base64').toString('utf8')
        : quotedPrintable(content.replaceAll('_', ' ')),
    );
}
