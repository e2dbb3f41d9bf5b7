import type {
  AddressPatch,
  ContactChange,
  CreateUser,
  ExtraPatch,
  NewContact,
  UpdateUser,
} from '../../core/user/commands.ts';
import type { FieldPath } from '../../core/user/fields.ts';
import { type Address, EMPTY_USER, type Extra } from '../../core/user/user.ts';
import type { AddressBody, CreateUserBody, UpdateUserBody } from './schema.ts';
import type { Shown } from './submit-update.ts';
import { addressView } from './user-view.ts';
import { MAX_LENGTH, readCountry, readEmail, readName, readPhone, readState, readText, refusal } from './values.ts';

type Draft<T> = { -readonly [K in keyof T]: T[K] };
type CustomField = `customField${1 | 2 | 3 | 4 | 5}`;

const CUSTOM_FIELDS = ['customField1', 'customField2', 'customField3', 'customField4', 'customField5'] as const;

/** Members of an address that hold any text: wire name, field, limit. */
const ADDRESS_TEXTS = [
  ['addressLine1', 'line1', MAX_LENGTH.addressLine],
  ['addressLine2', 'line2', MAX_LENGTH.addressLine],
  ['city', 'city', MAX_LENGTH.city],
  ['zip', 'postalCode', MAX_LENGTH.zip],
] as const satisfies readonly (readonly [keyof AddressBody, keyof Address, number])[];

/**
 * What an update asks for, given what the record shows.
 *
 * @throws DomainError of code `invalid_argument`, or `contact_missing`
 */
export function updateOf(body: UpdateUserBody, shown: Shown): UpdateUser {
  const command: Draft<UpdateUser> = { type: 'update-user' };
  const { firstName, lastName, email, phone, address } = body;
  const profile: Draft<NonNullable<UpdateUser['profile']>> = {};
  if (isSent(firstName)) profile.givenName = readName('profile.givenName', firstName, shown.profile.givenName);
  if (isSent(lastName)) profile.familyName = readName('profile.familyName', lastName, shown.profile.familyName);
  if (isSent(firstName) || isSent(lastName)) command.profile = profile;

  const newEmail = isSent(email) ? readEmail(email, shown.email.value) : undefined;
  const emailChange = contactChange('email.value', newEmail, body.isEmailVerified);
  if (emailChange !== undefined) command.email = emailChange;

  const newPhone = isSent(phone) ? readPhone(phone, shown.phone.value) : undefined;
  const phoneChange = contactChange('phone.value', newPhone, body.isPhoneVerified);
  if (phoneChange !== undefined) command.phone = phoneChange;

  if (isSent(address)) command.address = addressPatch(address, shown.address);
  const extra = customFields(body, shown.extra);
  if (extra !== undefined) command.extra = extra;
  return command;
}

/**
 * A new user. Texts are held to the same rules as in an update.
 *
 * @throws DomainError of code `invalid_argument`, or `contact_missing`
 */
export function createOf(body: CreateUserBody, userId: string, organizationId: string): CreateUser {
  const email = newContact('email.value', readEmail(body.email ?? '', null), body.isEmailVerified);
  const phone = newContact('phone.value', readPhone(body.phone, null), body.isPhoneVerified);
  const extra = customFields(body, EMPTY_USER.extra);
  return {
    type: 'create-user',
    userId,
    organizationId,
    kind: 'human',
    profile: {
      givenName: readName('profile.givenName', body.firstName, null),
      familyName: readName('profile.familyName', body.lastName, null),
    },
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
    address: addressPatch(body.address, EMPTY_USER.address),
    ...(extra === undefined ? {} : { extra }),
  };
}

function isSent<T>(member: T | null | undefined): member is T {
  return member !== undefined && member !== null;
}

/** A contact that is cleared cannot be verified in the same breath. */
function contactChange(
  field: FieldPath,
  value: string | null | undefined,
  verified: boolean | null | undefined,
): ContactChange | undefined {
  if (value === null && verified === true) throw refusal('contact_missing', field);
  if (value === undefined) return isSent(verified) ? { verified } : undefined;
  return isSent(verified) ? { value, verified } : { value };
}

function newContact(
  field: FieldPath,
  value: string | null,
  verified: boolean | null | undefined,
): NewContact | undefined {
  if (value !== null) return isSent(verified) ? { value, verified } : { value };
  if (verified === true) throw refusal('contact_missing', field);
  return undefined;
}

function customFields(body: { readonly [F in CustomField]?: string | null }, shown: Extra): ExtraPatch | undefined {
  let patch: Draft<ExtraPatch> | undefined;
  for (const name of CUSTOM_FIELDS) {
    const sent = body[name];
    if (!isSent(sent)) continue;
    patch ??= {};
    patch[name] = readText(`extra.${name}`, sent, shown[name], MAX_LENGTH.customField);
  }
  return patch;
}

/** Only members that were sent; a state must be among them, unless the address is the one shown, whole. */
function addressPatch(sent: AddressBody, shown: Address): AddressPatch {
  const patch: Draft<AddressPatch> = {};
  if (isSent(sent.state)) patch.state = readState(sent.state, shown.state);
  else if (!repeats(sent, shown)) throw refusal('value_required', 'address.state');
  if (isSent(sent.country)) patch.country = readCountry(sent.country, shown.country);
  for (const [name, field, max] of ADDRESS_TEXTS) {
    const text = sent[name];
    if (isSent(text)) patch[field] = readText(`address.${field}`, text, shown[field], max);
  }
  return patch;
}

/** Whether the address was sent exactly as the answers show it: all members, with `null` for what is not set. */
function repeats(sent: AddressBody, shown: Address): boolean {
  return Object.entries(addressView(shown)).every(([name, value]) => sent[name as keyof AddressBody] === value);
}
