import { Fault } from '../api/shared/faults.ts';
import { type Fields, single } from '../api/shared/fields.ts';
import type { AddressPatch, ProfilePatch, UpdateUser } from '../core/user/commands.ts';
import type { User } from '../core/user/user.ts';
import { isCountryCode } from '../core/values/country.ts';
import { parseEmail } from '../core/values/email.ts';
import { parsePhone } from '../core/values/phone.ts';
import { codePoints, trimmed } from '../core/values/text.ts';
import { parseUsState } from '../core/values/us-state.ts';

/** In the order of the page, under the names that the form sends. */
export const FIELD_NAMES = [
  'givenName',
  'familyName',
  'email',
  'phone',
  'line1',
  'line2',
  'postalCode',
  'city',
  'state',
  'country',
] as const;
export type FieldName = (typeof FIELD_NAMES)[number];
/** As an input shows them; empty where nothing is stored. */
export type Values = Readonly<Record<FieldName, string>>;

export type Problem =
  | 'required'
  | 'tooLong'
  | 'characters'
  | 'email'
  | 'emailTaken'
  | 'phone'
  | 'phoneTaken'
  | 'state'
  | 'country';
export type Problems = Readonly<Partial<Record<FieldName, Problem>>>;

/** What was sent: the record it was made from, and what it should become. */
export interface Submitted {
  readonly version: number;
  readonly token: string;
  readonly values: Values;
}

/** Longest texts, in code points. The rest has the limits of its own grammar. */
const MAX_LENGTH: Readonly<Partial<Record<FieldName, number>>> = {
  givenName: 100,
  familyName: 100,
  line1: 200,
  line2: 200,
  postalCode: 20,
  city: 100,
  state: 100,
};
/** May be left empty although something was stored. */
const CLEARABLE: ReadonlySet<FieldName> = new Set<FieldName>([
  'line1',
  'line2',
  'postalCode',
  'city',
  'state',
  'country',
]);

/** What the inputs hold when the page is opened. */
export function valuesOf({
  profile,
  email,
  phone,
  address,
}: Pick<User, 'profile' | 'email' | 'phone' | 'address'>): Values {
  const { givenName, familyName } = profile;
  const stored = { givenName, familyName, email: email.value, phone: phone.value, ...address };
  return eachField((name) => shown(stored[name]));
}

/**
 * Reads what a form of the page sends. A field that is not sent is one that stays.
 *
 * @throws Fault `malformed_body`
 */
export function readForm(fields: Fields, stored: Values): Submitted {
  const field = (name: string): string | undefined => single(fields, name, 'malformed_body');
  const version = field('version') ?? '';
  if (!/^[0-9]{1,15}$/.test(version)) throw new Fault('malformed_body', 'The form names no version.');
  const values = eachField((name) => shown(field(name) ?? stored[name]));
  return { version: Number(version), token: field('token') ?? '', values };
}

/** What follows from the values entered: a command for what differs from what is stored, or why there is none. */
export function judge(
  entered: Values,
  stored: Values,
): { readonly command: UpdateUser } | { readonly problems: Problems } {
  const changed = new Map<FieldName, string | null>();
  const problems: Partial<Record<FieldName, Problem>> = {};
  for (const name of FIELD_NAMES) {
    const value = trimmed(entered[name]);
    // Other APIs write texts that this page would not take; whoever leaves them alone changes nothing.
    if (entered[name] === stored[name] || value === stored[name]) continue;
    const problem = problemOf(name, value);
    if (problem === null) changed.set(name, value === '' ? null : canonical(name, value));
    else problems[name] = problem;
  }
  if ((changed.has('state') || changed.has('country')) && problems.country === undefined) {
    const isAbroad = trimmed(entered.country) !== '' && trimmed(entered.country) !== 'US';
    const state = trimmed(entered.state);
    if (!isAbroad && state !== '') {
      const code = parseUsState(state);
      if (code === null) problems.state = 'state';
      else if (changed.has('state')) changed.set('state', code);
    }
  }
  return Object.keys(problems).length > 0 ? { problems } : { command: commandOf(changed) };
}

function problemOf(name: FieldName, value: string): Problem | null {
  if (value === '') return CLEARABLE.has(name) ? null : 'required';
  if (/\p{Cc}/u.test(value)) return 'characters';
  if (name === 'email') return parseEmail(value) === null ? 'email' : null;
  if (name === 'phone') return readPhone(value) === null ? 'phone' : null;
  if (name === 'country') return isCountryCode(value) ? null : 'country';
  return codePoints(value) > (MAX_LENGTH[name] ?? 0) ? 'tooLong' : null;
}

function canonical(name: FieldName, value: string): string {
  return name === 'phone' ? (readPhone(value) ?? value) : value;
}

/** Without a country code only the ten digits of a US number are clear. */
function readPhone(text: string): string | null {
  if (text.startsWith('+')) return parsePhone(text);
  const digits = text.replaceAll(/[ ().-]/g, '');
  const national = /^1?([2-9][0-9]{9})$/.exec(digits)?.[1];
  return national === undefined ? null : parsePhone(`+1${national}`);
}

function commandOf(changed: ReadonlyMap<FieldName, string | null>): UpdateUser {
  const profile = part<ProfilePatch>(changed, ['givenName', 'familyName']);
  const address = part<AddressPatch>(changed, ['line1', 'line2', 'postalCode', 'city', 'state', 'country']);
  const [email, phone] = [changed.get('email'), changed.get('phone')];
  return {
    type: 'update-user',
    ...(profile !== null && { profile }),
    ...(email !== undefined && { email: { value: email } }),
    ...(phone !== undefined && { phone: { value: phone } }),
    ...(address !== null && { address }),
  };
}

function part<P extends object>(
  changed: ReadonlyMap<FieldName, string | null>,
  names: readonly (FieldName & keyof P)[],
): P | null {
  const entries = names.filter((name) => changed.has(name)).map((name) => [name, changed.get(name) ?? null]);
  return entries.length === 0 ? null : (Object.fromEntries(entries) as P);
}

/** An input holds one line: a browser takes line breaks out of what it is given. */
function shown(text: string | null): string {
  return (text ?? '').replaceAll(/[\r\n]/g, '');
}

function eachField(value: (name: FieldName) => string): Values {
  return Object.fromEntries(FIELD_NAMES.map((name) => [name, value(name)])) as Record<FieldName, string>;
}
