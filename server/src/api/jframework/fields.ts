import type { Profile, User } from '../../core/user/user.ts';
import { parseCountry } from '../../core/values/country.ts';
import { parseEmail } from '../../core/values/email.ts';
import { parseLocale } from '../../core/values/language.ts';
import { parsePhone } from '../../core/values/phone.ts';
import { codePoints } from '../../core/values/text.ts';
import { isTimeZoneId } from '../../core/values/time-zone.ts';
import { isHandleOrEmail } from '../../core/values/username.ts';
import { parseWebUrl } from '../../core/values/web-url.ts';
import type { Brand } from './brands.ts';
import type { WireError } from './envelope.ts';
import { shownLanguage, shownUsername } from './user-view.ts';

type Place = 'username' | 'email' | 'phone' | keyof Profile;

/** One member of a user's body: where it lives in the record, and how it is read and shown. */
export interface Field {
  readonly member: string;
  readonly place: Place;
  /** The text as the record takes it, `null` when it stands for nothing, `undefined` when it is not valid. */
  readonly parse: (text: string) => string | null | undefined;
  /** What a read shows: sent back, it means "keep", even where it would not be valid as a new value. */
  readonly shown: (user: User, brand: Brand) => string | null;
  readonly invalid: WireError;
}

type Parse = Field['parse'];

/** Longest first, last and nick name, and longest biography, in code points. */
const LONGEST_NAME = 100;
const LONGEST_BIO = 500;

const parsed =
  (parse: (text: string) => string | null): Parse =>
  (text) =>
    parse(text) ?? undefined;
const accepted =
  (accepts: (text: string) => boolean): Parse =>
  (text) =>
    accepts(text) ? text : undefined;
/** Plain text. The empty text says that there is none. */
const upTo =
  (limit: number): Parse =>
  (text) => {
    if (text.length > limit && codePoints(text) > limit) return undefined;
    return text === '' ? null : text;
  };

function invalid(member: string, message: string): WireError {
  return { code: `Invalid${pascalCase(member)}`, message };
}

function profileField(member: string, place: keyof Profile, parse: Parse, message: string): Field {
  return { member, place, parse, shown: ({ profile }) => profile[place], invalid: invalid(member, message) };
}

const name = (member: string, place: keyof Profile, label: string): Field =>
  profileField(member, place, upTo(LONGEST_NAME), `The ${label} is longer than ${LONGEST_NAME} characters.`);
const url = (member: string, place: keyof Profile, label: string): Field =>
  profileField(member, place, parsed(parseWebUrl), `The ${label} must be an absolute http or https URL.`);

export const FIELDS = {
  username: {
    member: 'username',
    place: 'username',
    parse: accepted(isHandleOrEmail),
    shown: shownUsername,
    invalid: invalid(
      'username',
      'The username must be 5 to 64 letters, digits, dots, underscores or hyphens, or an email address.',
    ),
  },
  emailAddress: {
    member: 'emailAddress',
    place: 'email',
    parse: parsed(parseEmail),
    shown: ({ email }) => email.value,
    invalid: invalid('emailAddress', 'The email address is not valid.'),
  },
  nickName: name('nickName', 'nickName', 'nickname'),
  firstName: name('firstName', 'givenName', 'first name'),
  lastName: name('lastName', 'familyName', 'last name'),
  languageCode: {
    member: 'languageCode',
    place: 'preferredLanguage',
    parse: parsed(parseLocale),
    shown: shownLanguage,
    invalid: invalid('languageCode', 'The language code must be of the form xx-YY.'),
  },
  countryCode: profileField(
    'countryCode',
    'countryCode',
    parsed(parseCountry),
    'The country code must be one of ISO 3166-1 alpha-2.',
  ),
  timeZoneId: profileField('timeZoneId', 'timeZone', accepted(isTimeZoneId), 'The time zone id is not valid.'),
  phoneNumber: {
    member: 'phoneNumber',
    place: 'phone',
    parse: parsed((text) => parsePhone(text)),
    shown: ({ phone }) => phone.value,
    invalid: invalid('phoneNumber', 'The phone number must be of the form +41791234567.'),
  },
  avatar: url('avatar', 'avatarUrl', 'avatar'),
  bio: profileField('bio', 'bio', upTo(LONGEST_BIO), `The bio is longer than ${LONGEST_BIO} characters.`),
  website: url('website', 'website', 'website'),
} as const satisfies Record<string, Field>;

export type FieldName = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as readonly FieldName[];

/** `emailAddress` gives `EmailAddress`, as codes of errors have it. */
export function pascalCase(member: string): string {
  return member.charAt(0).toUpperCase() + member.slice(1);
}

/** The error for a member that must be there. */
export function requiredError(member: string): WireError {
  return { code: `${pascalCase(member)}Required`, message: `The ${member} is required.` };
}
