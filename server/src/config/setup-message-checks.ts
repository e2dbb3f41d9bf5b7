import { formatAddress, parseMailbox } from '../core/values/mailbox.ts';
import { parseHost } from './option-values.ts';
import type { Setup } from './setup.ts';
import { urlConflicts } from './setup-webhook-checks.ts';
import { ValueError } from './value-error.ts';

type Mail = NonNullable<Setup['instance']['mail']>;
type Sms = NonNullable<Setup['instance']['sms']>;

/** Faults of what brings messages to people that the schema cannot see. */
export function* messageConflicts({ instance }: Setup): Iterable<string> {
  if (instance.mail !== undefined) yield* mailConflicts(instance.mail);
  if (instance.sms !== undefined) yield* smsConflicts(instance.sms);
}

function* mailConflicts(mail: Mail): Iterable<string> {
  const { host, tls, user, password } = mail;
  yield* hostConflicts(host);
  for (const member of ['from', 'replyTo'] as const) {
    const address = mail[member];
    const mailbox = address === undefined ? null : parseMailbox(address);
    if (address !== undefined && (mailbox === null || formatAddress(mailbox) !== address)) {
      yield `instance.mail.${member} must be an e-mail address without a name, not ${JSON.stringify(address)}`;
    }
  }
  if ((user === undefined) !== (password === undefined)) {
    yield 'instance.mail must have both a user and a password, or neither';
  }
  if (user !== undefined && tls === 'none' && !isThisMachine(host)) {
    yield 'instance.mail.tls must not be "none", since the password would go over the network in clear';
  }
}

function* smsConflicts({ url, allowPrivateAddresses }: Sms): Iterable<string> {
  yield* urlConflicts(url, 'instance.sms');
  if (/^http:/i.test(url) && !allowPrivateAddresses) {
    yield 'instance.sms.url must begin with https, since codes would go over the network in clear';
  }
}

function* hostConflicts(host: string): Iterable<string> {
  try {
    parseHost(host);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    yield `instance.mail.host ${error.message}`;
  }
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
