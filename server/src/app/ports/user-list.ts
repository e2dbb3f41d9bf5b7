import type { User, UserKind, UserState, UserType } from '../../core/user/user.ts';

export const TEXT_FIELDS = [
  'username',
  'givenName',
  'familyName',
  'nickName',
  'displayName',
  'email',
  'phone',
] as const;
/** Fields that are searched by parts of their text. */
export type TextField = (typeof TEXT_FIELDS)[number];

export type TextMethod = 'equals' | 'startsWith' | 'endsWith' | 'contains';

/**
 * Fields that are compared as a whole, and what they are compared with. `code` is the code that follows from the id,
 * `language` the tag of the record.
 */
export interface ExactValues {
  readonly id: string;
  readonly organization: string;
  readonly code: string;
  readonly referralCode: string;
  readonly language: string;
  readonly timeZone: string;
  readonly avatarUrl: string;
  readonly package: string;
  /** Id of the user who referred it. */
  readonly referrer: string;
  readonly kind: UserKind;
  readonly state: UserState;
  readonly type: UserType;
}
export type ExactField = keyof ExactValues;

export type FlagField = 'emailVerified' | 'phoneVerified' | 'fraud';

/**
 * Case is ignored by the folded form of names (NFKC and full case folding). A match must be one of the folded texts in
 * any case, also where case counts: a letter is not found without the mark that is joined to it.
 */
export interface TextMatch {
  readonly method: TextMethod;
  readonly value: string;
  readonly ignoreCase: boolean;
}

/**
 * Which users a list shows. Every condition is true or false, never unknown: a field that is absent (or empty) meets no
 * condition, so it meets the `not` of every condition. An `and` of nothing is true, an `or` of nothing false.
 */
export type UserFilter =
  | { readonly type: 'and' | 'or'; readonly filters: readonly UserFilter[] }
  | { readonly type: 'not'; readonly filter: UserFilter }
  | ({ readonly type: 'text'; readonly field: TextField } & TextMatch)
  /** Equal to one of the values. */
  | {
      readonly type: 'textIn';
      readonly field: TextField;
      readonly values: readonly string[];
      readonly ignoreCase: boolean;
    }
  | InFilter
  | { readonly type: 'absent'; readonly field: 'language' }
  /** A part of the code that follows from the id, in the case that it has. */
  | { readonly type: 'codeContains'; readonly part: string }
  | { readonly type: 'flag'; readonly field: FlagField; readonly value: boolean }
  | { readonly type: 'role'; readonly role: string }
  /** Epoch milliseconds, both ends included. */
  | { readonly type: 'created'; readonly from?: number | undefined; readonly to?: number | undefined }
  | MetadataFilter;

export type InFilter = {
  [F in ExactField]: { readonly type: 'in'; readonly field: F; readonly values: readonly ExactValues[F][] };
}[ExactField];

/**
 * Some entry of the metadata meets all that is given; values are base64, as in the record. Where case counts, keys are
 * compared as they are.
 */
export interface MetadataFilter {
  readonly type: 'metadata';
  readonly key?: TextMatch;
  readonly value?: { readonly equals: string } | { readonly differsFrom: string };
}

export const SORT_FIELDS = [
  'username',
  'givenName',
  'familyName',
  'nickName',
  'displayName',
  'email',
  'phone',
  'id',
  'code',
  'state',
  'kind',
  'createdAt',
] as const;

/**
 * Texts are in the order of their folded forms, by code point; absent ones stand before all others, so they come last
 * when descending. States are in the order of `USER_STATES`, humans before machines. Ties are in the order of the ids,
 * in the same direction.
 */
export interface UserSort {
  readonly by: (typeof SORT_FIELDS)[number];
  readonly direction: 'asc' | 'desc';
}

export interface UserQuery {
  /** Organizations whose users may be seen. */
  readonly organizations: readonly string[] | 'all';
  /** A user who may be seen besides: the caller. */
  readonly self?: string | undefined;
  /** Lists those who were deleted instead of those who were not. */
  readonly deleted?: boolean | undefined;
  /** All of them unless given. */
  readonly filter?: UserFilter | undefined;
  readonly sort: UserSort;
  /** Whole, from 0. */
  readonly offset: number;
  readonly limit: number;
  readonly countTotal: boolean;
}

export interface UserPage {
  readonly users: readonly User[];
  /** How many meet the query, whatever page is shown; `null` unless asked for. */
  readonly total: number | null;
}

/** Which sign-ups are counted: of the users who were not deleted since. */
export interface SignUpQuery {
  readonly signUpsOf: UserKind;
  readonly organizations: readonly string[];
  /** Epoch milliseconds; the first is included, the last is not. */
  readonly from: number;
  readonly to: number;
}

/** Day, as a number of whole days since the epoch (UTC), to how many signed up then; days without any are left out. */
export type SignUps = ReadonlyMap<number, number>;
