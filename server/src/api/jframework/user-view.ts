import { userCode } from '../../app/ports/user-code.ts';
import { USER_STATES, type User, type UserState } from '../../core/user/user.ts';
import { parseLocale, toLocale } from '../../core/values/language.ts';
import type { Brand } from './brands.ts';
import type { OwnView, RefereeView, UserBase, UserStatus } from './models.ts';

/** Shown where the record has no language, since the member is never null. */
export const DEFAULT_LANGUAGE = 'en-US';

const STATUS: Readonly<Record<UserState, UserStatus>> = {
  active: 'Active',
  inactive: 'Inactive',
  initial: 'Inactive',
  locked: 'Locked',
  suspended: 'Suspended',
  deleted: 'Deleted',
};

/**
 * The full user as JSON.
 *
 * @param parent the referrer, when there is one that still exists
 */
export function renderUser(user: User, brand: Brand, parent: User | null): string {
  const own = JSON.stringify(ownView(user, brand));
  const parentUser = parent === null ? 'null' : JSON.stringify(userBase(parent, brand));
  const { roles, package: code } = user.membership;
  const shown = roles.flatMap((role) => brand.roles.get(role)?.json ?? []).join(',');
  const pack = (code === null ? undefined : brand.packages.get(code)?.json) ?? 'null';
  // Roles and packages are written out once for each state of the brand; only their places are filled in here.
  return `${own.slice(0, -1)},"parentUser":${parentUser},"roles":[${shown}],"package":${pack}}`;
}

/** A username is required where updates must carry one: there a user without one shows its id. */
export function shownUsername({ username, id }: User, brand: Brand): string | null {
  return username ?? (brand.section.updateRequires === 'usernameAndEmail' ? id : null);
}

/** The language as language and country; a tag that is both already is shown as it was given. */
export function shownLanguage({ profile: { preferredLanguage } }: User): string {
  return preferredLanguage === null ? DEFAULT_LANGUAGE : localeOf(preferredLanguage);
}

export function localeOf(tag: string): string {
  return parseLocale(tag) ?? toLocale(tag);
}

/** The states that are shown as a status. */
export function statesShownAs(status: UserStatus): UserState[] {
  return USER_STATES.filter((state) => STATUS[state] === status);
}

function ownView(user: User, brand: Brand): OwnView {
  const { profile, email, phone, extra, membership } = user;
  return {
    id: user.id,
    brandId: user.organizationId,
    code: userCode(user.id),
    username: shownUsername(user, brand),
    firstName: profile.givenName,
    lastName: profile.familyName,
    nickName: profile.nickName,
    avatar: profile.avatarUrl,
    emailAddress: email.value,
    phoneNumber: phone.value,
    website: profile.website,
    bio: profile.bio,
    type: membership.type,
    isEmailAddressVerified: email.verified,
    isUserVerified: email.verified || phone.verified,
    riskMark: extra.riskMark,
    referralCode: membership.referralCode ?? '',
    testMode: false,
    tags: extra.tags,
    status: STATUS[user.state],
    isSystem: false,
    packageId: packageOf(user, brand)?.id ?? null,
    languageCode: shownLanguage(user),
    countryCode: profile.countryCode,
    timeZoneId: profile.timeZone,
    expiryDate: membership.packageExpiresAt === null ? null : isoDate(membership.packageExpiresAt),
    themeStyle: null,
    enableSignInDetection: null,
    isUserIntegration: false,
    createdDate: isoDate(user.createdAt),
  };
}

/** Somebody whom a user referred, in short. */
export function refereeView(user: User, brand: Brand): RefereeView {
  const { givenName, familyName } = user.profile;
  const names = { firstName: givenName, lastName: familyName };
  return { ...userBase(user, brand), ...names, createdDate: isoDate(user.createdAt) };
}

function userBase(user: User, brand: Brand): UserBase {
  return {
    id: user.id,
    code: userCode(user.id),
    avatar: user.profile.avatarUrl,
    packageId: packageOf(user, brand)?.id ?? null,
    packageCode: packageOf(user, brand)?.code ?? null,
    emailAddress: user.email.value,
    phoneNumber: user.phone.value,
    nickName: user.profile.nickName,
    roles: user.membership.roles.flatMap((role) => brand.roles.get(role)?.name ?? []),
  };
}

function packageOf({ membership }: User, brand: Brand) {
  return membership.package === null ? undefined : brand.packages.get(membership.package);
}

export function isoDate(time: number): string {
  return new Date(time).toISOString();
}
