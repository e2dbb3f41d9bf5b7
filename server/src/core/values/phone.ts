// The smallest metadata: the larger sets differ only in telling whether a number is valid, which is not asked.
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

/**
 * Reads a phone number as E.164 (`+41791234567`), or answers `null`. It must parse; whether it is assigned or even
 * possible is not asked. A number without `+` is read as dialled in `defaultRegion`, and refused when there is none.
 * Unlike the library's own default, text around the number is refused: guessing would send codes to a stranger.
 */
export function parsePhone(text: string, defaultRegion?: 'CH' | 'US'): string | null {
  const number = text.replace(/^tel:/i, '');
  const options = { extract: false, ...(defaultRegion && { defaultCountry: defaultRegion }) };
  return parsePhoneNumberFromString(number, options)?.number ?? null;
}

/** The ten digits of a North American number, or `null` for any other. */
export function toUsDigits(e164: string): string | null {
  return /^\+1(\d{10})$/.exec(e164)?.[1] ?? null;
}

/** Whether `text` has the form of an E.164 number: `+` and 8 to 15 digits, the first not 0. */
export function isE164(text: string): boolean {
  return /^\+[1-9]\d{7,14}$/.test(text);
}
