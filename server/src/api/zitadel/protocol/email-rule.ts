import { type MailAddress, type MailFault, parseMailAddress } from './go-mail.ts';

const MAX_ADDRESS_BYTES = 254;
const MAX_LOCAL_BYTES = 64;
const MAX_HOST_BYTES = 253;
const MAX_LABEL_BYTES = 63;

/**
 * The e-mail rule of a field: one address as Go's mail package reads it, with limits on its parts and a host name of
 * plain letters, digits and hyphens. A display name passes; whoever minds it looks at `name`.
 */
export function checkEmail(text: string): MailAddress | MailFault {
  const address = parseMailAddress(text);
  if ('fault' in address) return address;
  const { local, host } = address;
  if (Buffer.byteLength(`${local}@${host}`) > MAX_ADDRESS_BYTES) {
    return { fault: `email addresses cannot exceed ${MAX_ADDRESS_BYTES} characters` };
  }
  if (Buffer.byteLength(local) > MAX_LOCAL_BYTES) {
    return { fault: `email address local phrase cannot exceed ${MAX_LOCAL_BYTES} characters` };
  }
  // A quoted local part may hold an `@`; the rule takes all after the first one for the host, which then is none.
  const fault = local.includes('@') ? badHostChar('@') : hostFault(host);
  return fault === undefined ? address : { fault };
}

function hostFault(host: string): string | undefined {
  if (Buffer.byteLength(host) > MAX_HOST_BYTES) return `hostname cannot exceed ${MAX_HOST_BYTES} characters`;
  for (const label of host.split('.')) {
    if (label === '' || Buffer.byteLength(label) > MAX_LABEL_BYTES) {
      return `hostname part must be non-empty and cannot exceed ${MAX_LABEL_BYTES} characters`;
    }
    if (label.startsWith('-')) return 'hostname parts cannot begin with hyphens';
    if (label.endsWith('-')) return 'hostname parts cannot end with hyphens';
    const odd = /[^A-Za-z0-9-]/u.exec(label)?.[0];
    if (odd !== undefined) return badHostChar(odd);
  }
  return undefined;
}

function badHostChar(char: string): string {
  return `hostname parts can only contain alphanumeric characters or hyphens, got ${JSON.stringify(char)}`;
}
