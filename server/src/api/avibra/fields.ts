import { DomainError } from '../../core/errors.ts';
import type { AddressPatch } from '../../core/user/commands.ts';
import { parseCountry } from '../../core/values/country.ts';
import { parseEmail } from '../../core/values/email.ts';
import { parsePhone } from '../../core/values/phone.ts';
import { codePoints, trimmed } from '../../core/values/text.ts';
import { parseUsState } from '../../core/values/us-state.ts';
import type { AddressInfo } from './schema.ts';

/** Longest texts, in code points. */
const MAX_NAME = 100;
const MAX_LINE = 200;
const MAX_ZIP = 20;

/** A name without white space at its ends. @throws DomainError `value_required`, `value_invalid` */
export function readName(field: string, text: string): string {
  return readText(field, text, MAX_NAME);
}

/** @throws DomainError `value_required`, `email_invalid` */
export function readEmail(field: string, text: string): string {
  if (text === '') throw new DomainError('value_required', { field });
  const email = parseEmail(text);
  if (email === null) throw new DomainError('email_invalid', { field });
  return email;
}

/**
 * Reads the ten digits of a US number, with or without `+1` and the usual punctuation, as E.164.
 *
 * @throws DomainError `value_required`, `phone_invalid`
 */
export function readPhone(field: string, text: string): string {
  if (text === '') throw new DomainError('value_required', { field });
  const digits = text.replaceAll(/[ ()-]/g, '').replace(/^\+1/, '');
  const phone = /^[0-9]{10}$/.test(digits) ? parsePhone(`+1${digits}`) : null;
  if (phone === null) throw new DomainError('phone_invalid', { field });
  return phone;
}

/**
 * Reads an address. The state must be a code of the United States unless another country is named.
 *
 * @throws DomainError `value_required`, `value_invalid`, `us_state_invalid`
 */
export function readAddress(info: AddressInfo): AddressPatch {
  const country = optional(info.country, (text) => readCountry('address.country', text));
  const isForeign = country !== undefined && country !== 'US';
  const patch = {
    line1: optional(info.addressline1, (text) => readText('address.addressline1', text, MAX_LINE)),
    line2: optional(info.addressline2, (text) => readText('address.addressline2', text, MAX_LINE)),
    city: optional(info.city, (text) => readText('address.city', text, MAX_NAME)),
    state: optional(info.state, (text) =>
      isForeign ? readText('address.state', text, MAX_NAME) : readUsState('address.state', text),
    ),
    postalCode: optional(info.zip, (text) => readText('address.zip', text, MAX_ZIP)),
    country,
  };
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

/** Applies `read` to a member that is there; left out and `null` are the same. */
export function optional<T>(text: string | null | undefined, read: (text: string) => T): T | undefined {
  return text === null || text === undefined ? undefined : read(text);
}

function readText(field: string, text: string, longest: number): string {
  const value = trimmed(text);
  if (value === '') throw new DomainError('value_required', { field });
  if (codePoints(value) > longest) throw new DomainError('value_invalid', { field });
  return value;
}

function readCountry(field: string, text: string): string {
  const country = parseCountry(text);
  if (country === null) throw new DomainError('value_invalid', { field });
  return country;
}

function readUsState(field: string, text: string): string {
  const state = parseUsState(text);
  if (state === null) throw new DomainError('us_state_invalid', { field });
  return state;
}
