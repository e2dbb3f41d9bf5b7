import { userCode } from '../../app/ports/user-code.ts';
import type { TextField } from '../../app/ports/user-list.ts';
import {
  USER_STATES,
  USER_TYPES,
  type User,
  type UserKind,
  type UserState,
  type UserType,
} from '../../core/user/user.ts';
import { foldedForm } from './text.ts';

/** Columns of a text field: its folded form, and the text itself where that differs. Absent texts are empty. */
export const TEXT_COLUMNS = {
  username: { key: 'username_key', raw: 'username_raw' },
  givenName: { key: 'given_name_key', raw: 'given_name_raw' },
  familyName: { key: 'family_name_key', raw: 'family_name_raw' },
  nickName: { key: 'nick_name_key', raw: 'nick_name_raw' },
  displayName: { key: 'display_name_key', raw: 'display_name_raw' },
  email: { key: 'email_key', raw: 'email_raw' },
  phone: { key: 'phone_key', raw: 'phone_raw' },
} as const satisfies Record<TextField, { readonly key: string; readonly raw: string }>;

export type KeyColumn = (typeof TEXT_COLUMNS)[TextField]['key'];
export const KEY_COLUMNS: readonly KeyColumn[] = Object.values(TEXT_COLUMNS).map(({ key }) => key);

/** In the order of the table. */
export const SEARCH_COLUMNS = [
  'user_id',
  'realm',
  'kind',
  'state',
  'created_at',
  ...Object.values(TEXT_COLUMNS).flatMap(({ key, raw }) => [key, raw]),
  'type',
  'email_verified',
  'phone_verified',
  'fraud',
  'code',
  'referral_code',
  'language',
  'time_zone',
  'package',
  'roles',
  'avatar_url',
  'referrer',
] as const;
export type SearchColumn = (typeof SEARCH_COLUMNS)[number];

/** What lists are made from: one row per user, also per deleted one. */
export type SearchRow = Readonly<Record<SearchColumn, string | number>>;

const KINDS: readonly UserKind[] = ['human', 'machine'];

export const kindNumber = (kind: UserKind): number => KINDS.indexOf(kind);
export const stateNumber = (state: UserState): number => USER_STATES.indexOf(state);
export const typeNumber = (type: UserType): number => USER_TYPES.indexOf(type);

/** Sign before the organization: the users of an organization and those deleted from it lie apart in every index. */
export function realmOf(organizationId: string, deleted: boolean): string {
  return `${deleted ? '-' : '+'}${organizationId}`;
}

/** The row follows from the record alone. */
export function searchRowOf(user: User): SearchRow {
  const { profile, extra, membership } = user;
  return {
    user_id: user.id,
    realm: realmOf(user.organizationId, user.state === 'deleted'),
    kind: kindNumber(user.kind),
    state: stateNumber(user.state),
    created_at: user.createdAt,
    ...textColumns('username', user.username),
    ...textColumns('givenName', profile.givenName),
    ...textColumns('familyName', profile.familyName),
    ...textColumns('nickName', profile.nickName),
    ...textColumns('displayName', profile.displayName),
    ...textColumns('email', user.email.value),
    ...textColumns('phone', user.phone.value),
    type: typeNumber(membership.type),
    email_verified: user.email.verified ? 1 : 0,
    phone_verified: user.phone.verified ? 1 : 0,
    fraud: extra.fraud ? 1 : 0,
    code: userCode(user.id),
    referral_code: membership.referralCode ?? '',
    language: profile.preferredLanguage ?? '',
    time_zone: profile.timeZone ?? '',
    package: membership.package ?? '',
    roles: membership.roles.map(roleMark).join(''),
    avatar_url: profile.avatarUrl ?? '',
    referrer: membership.referrer ?? '',
  } as SearchRow;
}

/** How a role stands among others in one text: none is part of another. */
export function roleMark(role: string): string {
  return `,${encodeURIComponent(role.toWellFormed())};`;
}

function textColumns(field: TextField, text: string | null): Record<string, string> {
  const { key, raw } = TEXT_COLUMNS[field];
  const folded = text === null ? '' : foldedForm(text);
  return { [key]: folded, [raw]: text === null || text === folded ? '' : text };
}
