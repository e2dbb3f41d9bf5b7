const LONGEST = 253;
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST_NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/**
 * A domain as WebAuthn takes it for the id of a relying party, in lower case: a host name in ASCII without port.
 * Addresses are none, as browsers register nothing for them.
 *
 * @returns `null` for anything else
 */
export function parseRelyingPartyId(text: string): string | null {
  const domain = text.toLowerCase();
  const isHostName = domain.length <= LONGEST && HOST_NAME.test(domain);
  // The parser turns whatever it takes for an IPv4 address into four parts of digits.
  return isHostName && URL.canParse(`https://${domain}`) && !/(?:^|\.)\d+$/.test(new URL(`https://${domain}`).hostname)
    ? domain
    : null;
}

/** Whether a page of this origin may register for the domain: one of it or below it, over https but on `localhost`. */
export function isOriginOf(rpId: string, origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname, origin: canonical } = new URL(origin);
  if (canonical !== origin || !isWithin(rpId, hostname)) return false;
  return protocol === 'https:' || (protocol === 'http:' && isWithin('localhost', hostname));
}

function isWithin(domain: string, hostname: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`);
}
