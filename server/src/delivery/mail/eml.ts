import { createTransport, type SendMailOptions } from 'nodemailer';
import { asAddressed } from './envelope.ts';

const transport = createTransport({
  streamTransport: true,
  buffer: true,
  newline: 'windows',
  disableFileAccess: true,
  disableUrlAccess: true,
});
transport.use('stream', asAddressed);

/** A mail as it would go over the wire, which is what `.eml` files hold. */
export async function emlOf(mail: SendMailOptions): Promise<Buffer> {
  const { message } = await transport.sendMail(mail);
  if (!Buffer.isBuffer(message)) throw new Error('the mail was not built in memory');
  return message;
}
