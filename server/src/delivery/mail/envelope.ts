import type { PluginFunction, SendMailOptions } from 'nodemailer';
import type { Delivery } from '../../app/ports/outbox.ts';
import { formatAddress, parseMailbox } from '../../core/values/mailbox.ts';
import type { Note } from '../messages/compose.ts';
import { messageId } from '../messages/message-id.ts';
import { oneLine } from '../messages/one-line.ts';
import { letterOf } from './letter.ts';

export interface Sender {
  readonly address: string;
  readonly name: string;
  readonly replyTo: string | null;
}

/** The address in what is stored, without a name or comments, and otherwise as it was written; `null` for none. */
export function addressIn(stored: string): string | null {
  const mailbox = parseMailbox(stored);
  return mailbox === null ? null : formatAddress(mailbox);
}

/** What stands before the @ of an address, as servers may repeat it: as it is written, and without quotes and escapes. */
export function localPartsOf(address: string): string[] {
  const written = address.slice(0, address.lastIndexOf('@'));
  return [written, parseMailbox(address)?.localPart ?? written];
}

/** A mail from one address to one, as the library wants it. @param to an address that `addressIn` has read */
export function mailOf(note: Note, delivery: Delivery, to: string, sender: Sender): SendMailOptions {
  const { address, name, replyTo } = sender;
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return {
    from: { name: oneLine(name), address },
    ...(replyTo !== null && { replyTo: { name: '', address: replyTo } }),
    to: { name: '', address: to },
    envelope: { from: address, to: [to] },
    subject: note.subject,
    ...letterOf(note),
    messageId: `<${messageId(delivery)}@${domain}>`,
    date: new Date(delivery.createdAt),
    xMailer: false,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'Content-Language': note.language,
    },
  };
}

/**
 * Has mails go to their address letter for letter. The library writes host names its own way, and then one that reads
 * as a number, as in `a@1.0x7f`, becomes an address of another host.
 */
export const asAddressed: PluginFunction = ({ data, message }, done) => {
  const { from, to } = data.envelope as { readonly from: string; readonly to: readonly [string] };
  const encode = message.encodeHeaderValue.bind(message);
  message.getEnvelope = () => ({ from, to: [...to] });
  message.encodeHeaderValue = (name, value) => (name === 'To' ? `<${to[0]}>` : encode(name, value));
  done();
};
