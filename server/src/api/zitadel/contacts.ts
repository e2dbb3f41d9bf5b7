import type { SetHumanEmail } from '@zitadel/proto/zitadel/user/v2/email_pb';
import type { SetHumanPhone } from '@zitadel/proto/zitadel/user/v2/phone_pb';
import type { Codes } from '../../app/codes.ts';
import { DomainError } from '../../core/errors.ts';
import type { ContactChange, NewCode, NewContact } from '../../core/user/commands.ts';
import { parseMailbox } from '../../core/values/mailbox.ts';
import { parsePhone } from '../../core/values/phone.ts';
import { requestedCode } from './requested-code.ts';

/** Country in which a phone number without a country code is read. */
const DEFAULT_REGION = 'CH';

/** A contact as a command takes it, and the code that the caller gets if the command adds one. */
export interface Prepared<T> {
  readonly contact: T;
  readonly returned: string | null;
}

/** What requests say of a contact, be it in a message of its own or not. */
type EmailRequest = Pick<SetHumanEmail, 'email' | 'verification'>;
type PhoneRequest = Pick<SetHumanPhone, 'phone' | 'verification'>;

type Kind = 'email' | 'phone';
type Request = SetHumanEmail['verification'] | SetHumanPhone['verification'];

interface Verification {
  readonly verified?: true;
  readonly code?: NewCode;
}

/** @throws DomainError `email_invalid`, `url_template_invalid` */
export function emailChange(email: EmailRequest, userId: string, codes: Codes): Prepared<ContactChange> {
  // A template that is no good is told before an address.
  const { contact, returned } = verificationOf('email', email.verification, userId, codes);
  return { contact: { value: bareAddress(email.email), ...contact }, returned };
}

/**
 * An empty number keeps the stored one.
 *
 * @throws DomainError `phone_invalid`
 */
export function phoneChange(phone: PhoneRequest, userId: string, codes: Codes): Prepared<ContactChange> {
  const value = phone.phone === '' ? undefined : e164(phone.phone);
  const { contact, returned } = verificationOf('phone', phone.verification, userId, codes);
  return { contact: value === undefined ? contact : { value, ...contact }, returned };
}

/** @throws DomainError `email_invalid`, `url_template_invalid` */
export function newEmail(email: SetHumanEmail, userId: string, codes: Codes): Prepared<NewContact> {
  // A template that is no good is told before an address.
  const { contact, returned } = newVerification('email', email.verification, userId, codes);
  return { contact: { value: bareAddress(email.email), ...contact }, returned };
}

/** @throws DomainError `phone_invalid` */
export function newPhone(phone: SetHumanPhone, userId: string, codes: Codes): Prepared<NewContact> {
  const value = e164(phone.phone);
  const { contact, returned } = newVerification('phone', phone.verification, userId, codes);
  return { contact: { value, ...contact }, returned };
}

/** A changed contact that is not said to be verified gets a code, also when it is said not to be. */
function verificationOf(kind: Kind, request: Request, userId: string, codes: Codes): Prepared<Verification> {
  if (request.case === 'isVerified' && request.value) return { contact: { verified: true }, returned: null };
  const { code, plain } = requestedCode(request, userId, kind, codes);
  return { contact: { code }, returned: plain };
}

/** Unlike on a change, `isVerified: false` means that no code is wanted. */
function newVerification(kind: Kind, request: Request, userId: string, codes: Codes): Prepared<Verification> {
  if (request.case === 'isVerified' && !request.value) return { contact: {}, returned: null };
  return verificationOf(kind, request, userId, codes);
}

/** The field rule lets a display name pass; an address is stored as sent, so it must have none. */
function bareAddress(text: string): string {
  if (parseMailbox(text)?.displayName !== '') throw new DomainError('email_invalid', { field: 'email.value' });
  return text;
}

function e164(text: string): string {
  const number = parsePhone(text, DEFAULT_REGION);
  if (number === null) throw new DomainError('phone_invalid', { field: 'phone.value' });
  return number;
}
