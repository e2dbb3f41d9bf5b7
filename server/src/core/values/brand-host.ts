/**
 * The host that a brand URL names: lower case, without scheme, port, path and the dot of the root. Takes a bare domain
 * or an address. Undefined when there is none.
 */
export function brandHost(brandUrl: string): string | undefined {
  const text = brandUrl.trim();
  const rest = text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  // URLs skip further slashes and would take the path for a host.
  if (/^[/\\]/.test(rest) || !URL.canParse(`http://${rest}`)) {
    return undefined;
  }
  const url = new URL(`http://${rest}`);
  return url.username !== '' || url.password !== '' ? undefined : url.hostname.replace(/\.$/, '') || undefined;
}
