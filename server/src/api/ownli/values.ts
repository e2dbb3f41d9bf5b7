import { DomainError, type Reason } from '../../core/errors.ts';
import type { FieldPath } from '../../core/user/fields.ts';
import { parseEmail } from '../../core/values/email.ts';
import { isE164, parsePhone } from '../../core/values/phone.ts';
import { codePoints } from '../../core/values/text.ts';
import { parseUsState } from '../../core/values/us-state.ts';
import { parseUtcTime } from './utc-time.ts';

/** Longest texts, in code points. E-mail addresses and phone numbers have the limits of their own grammar. */
export const MAX_LENGTH = {
  name: 100,
  customField: 1000,
  addressLine: 200,
  city: 100,
  zip: 20,
  policyNumber: 100,
} as const;

/** The one country there is. */
const COUNTRY = 'US';

const nameRule = (name: string): string => `${name} must have 1 to ${MAX_LENGTH.name} characters.`;
const lengthRule = (name: string, max: number): string => `${name} must have at most ${max} characters.`;
const timeRule = (name: string): string =>
  `${name} must be a time in UTC by ISO 8601, such as 2024-01-01T00:00:00.000Z`;
const customRule = (number: number): string => lengthRule(`customField${number}`, MAX_LENGTH.customField);

/** What a caller is told when a field's value is refused. */
export const FIELD_RULES: { readonly [P in FieldPath]?: string } = {
  'profile.givenName': nameRule('firstName'),
  'profile.familyName': nameRule('lastName'),
  'email.value': 'email must be an e-mail address of at most 254 characters.',
  'phone.value': 'phone must be an E.164 number, such as +15556667777.',
  'extra.customField1': customRule(1),
  'extra.customField2': customRule(2),
  'extra.customField3': customRule(3),
  'extra.customField4': customRule(4),
  'extra.customField5': customRule(5),
  'address.line1': lengthRule('address.addressLine1', MAX_LENGTH.addressLine),
  'address.line2': lengthRule('address.addressLine2', MAX_LENGTH.addressLine),
  'address.city': lengthRule('address.city', MAX_LENGTH.city),
  'address.postalCode': lengthRule('address.zip', MAX_LENGTH.zip),
  'address.state': 'address.state is required with an address.',
  'address.country': `address.country must be ${COUNTRY}.`,
  'policy.number': `policyNumber must have 1 to ${MAX_LENGTH.policyNumber} characters.`,
  'policy.startsAt': `${timeRule('startDate')}.`,
  'policy.endsAt': `${timeRule('endDate')}, not before startDate.`,
};

/**
 * The readers below take what was sent and what the record shows. The value shown is always taken as it is: other APIs
 * write texts that this one would not take, and whoever sends back what it was given changes nothing. The readers throw
 * DomainErrors that name the field.
 */

/** A first or last name: never empty. */
export function readName(field: FieldPath, sent: string, shown: string | null): string {
  return readFilled(field, sent, shown, MAX_LENGTH.name);
}

/** The number of a policy: never empty. */
export function readPolicyNumber(sent: string, shown: string | null): string {
  return readFilled('policy.number', sent, shown, MAX_LENGTH.policyNumber);
}

function readFilled(field: FieldPath, sent: string, shown: string | null, max: number): string {
  if (sent !== shown && (sent === '' || isLonger(sent, max))) throw refusal('value_invalid', field);
  return sent;
}

/** A time in UTC, in epoch milliseconds. */
export function readTime(field: FieldPath, sent: string): number {
  const time = parseUtcTime(sent);
  if (time === null) throw refusal('value_invalid', field);
  return time;
}

/** A text that the empty string clears. */
export function readText(field: FieldPath, sent: string, shown: string | null, max: number): string | null {
  if (sent === shown) return sent;
  if (isLonger(sent, max)) throw refusal('value_invalid', field);
  return sent === '' ? null : sent;
}

/** An e-mail address, which the empty string clears. */
export function readEmail(sent: string, shown: string | null): string | null {
  if (sent === shown) return sent;
  if (sent === '') return null;
  const address = parseEmail(sent);
  if (address === null) throw refusal('email_invalid', 'email.value');
  return address;
}

/** A phone number in E.164. It is not judged whether it is assigned. */
export function readPhone(sent: string, shown: string | null): string {
  if (sent === shown) return sent;
  const number = isE164(sent) ? parsePhone(sent) : null;
  if (number === null) throw refusal('phone_invalid', 'phone.value');
  return number;
}

/** The code of a US state in either letter case. */
export function readState(sent: string, shown: string | null): string {
  if (sent === shown) return sent;
  const state = parseUsState(sent);
  if (state === null) throw refusal('us_state_invalid', 'address.state');
  return state;
}

export function readCountry(sent: string, shown: string | null): string {
  if (sent !== shown && sent !== COUNTRY) throw refusal('value_invalid', 'address.country');
  return sent;
}

export function refusal(reason: Reason, field: FieldPath): DomainError {
  return new DomainError(reason, { field });
}

/** A code point has one or two units, so most texts need no count. */
function isLonger(text: string, max: number): boolean {
  return text.length > max && (text.length > 2 * max || codePoints(text) > max);
}
