const USER_INFO = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
/** ASCII characters that may stand in a host; everything beyond ASCII may too. */
const HOST_ODD = /[^A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"%\u0080-\u{10ffff}]/u;
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/;

/**
 * Why a text is no URI reference, in the words of Go's `net/url`, or undefined when it is one. The text itself is not
 * repeated: some fields with this rule hold secrets.
 */
export function uriReferenceFault(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'net/url: invalid control character in URL';
  const [beforeFragment, fragment] = cut(text, '#');
  const badFragment = escapeFault(fragment);
  if (badFragment !== undefined) return badFragment;
  if (beforeFragment.startsWith(':')) return 'missing protocol scheme';
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/.exec(beforeFragment)?.[0] ?? '';
  const [rest] = cut(beforeFragment.slice(scheme.length), '?');
  if (!rest.startsWith('/')) {
    if (scheme !== '') return undefined;
    if (cut(rest, '/')[0].includes(':')) return 'first path segment in URL cannot contain colon';
    return escapeFault(rest);
  }
  if (!rest.startsWith('//') || (scheme === '' && rest.startsWith('///'))) return escapeFault(rest);
  const [authority] = cut(rest.slice(2), '/');
  return authorityFault(authority) ?? escapeFault(rest.slice(2 + authority.length));
}

function authorityFault(authority: string): string | undefined {
  const at = authority.lastIndexOf('@');
  const user = authority.slice(0, Math.max(at, 0));
  if (!USER_INFO.test(user)) return 'net/url: invalid userinfo';
  return hostFault(authority.slice(at + 1)) ?? escapeFault(user);
}

function hostFault(host: string): string | undefined {
  const bracketEnd = host.lastIndexOf(']');
  if (host.startsWith('[') && bracketEnd < 0) return "missing ']' in host";
  const portStart = host.startsWith('[') ? bracketEnd + 1 : host.lastIndexOf(':');
  const port = portStart < 0 ? '' : host.slice(portStart);
  if (!/^(:\d*)?$/.test(port)) return 'invalid port after host';
  const badEscape = escapeFault(host);
  if (badEscape !== undefined) return badEscape;
  // Below %80 an escape would hide an ASCII character; only the zone separator %25 is let through.
  if (/%(?!25)[0-7]/.test(host)) return 'invalid URL escape';
  return HOST_ODD.test(host) ? 'invalid character in host name' : undefined;
}

function escapeFault(text: string): string | undefined {
  return BAD_ESCAPE.test(text) ? 'invalid URL escape' : undefined;
}

function cut(text: string, separator: string): [before: string, after: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
