export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const TYPE = new RegExp(`^(${TOKEN}/${TOKEN})`);
const PARAMETER = new RegExp(`[ \\t]*;[ \\t]*(?:(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)"))?`, 'y');

/**
 * The media type of a `Content-Type` in lower case and without parameters. Null when the header is malformed or names a
 * charset other than UTF-8.
 */
export function mediaType(contentType: string): string | null {
  if (contentType === JSON_TYPE) return contentType;
  const type = TYPE.exec(contentType)?.[1];
  if (type === undefined) return null;
  const end = contentType.trimEnd().length;
  PARAMETER.lastIndex = type.length;
  while (PARAMETER.lastIndex < end) {
    const parameter = PARAMETER.exec(contentType);
    if (parameter === null) return null;
    const value = (parameter[2] ?? parameter[3] ?? '').toLowerCase();
    if (parameter[1]?.toLowerCase() === 'charset' && value !== 'utf-8' && value !== 'utf8') return null;
  }
  return type.toLowerCase();
}
