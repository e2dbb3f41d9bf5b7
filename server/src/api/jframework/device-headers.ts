import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { DeviceType } from '../../core/user/apps.ts';
import type { SignIn } from '../../core/user/commands.ts';
import type { User } from '../../core/user/user.ts';
import { codePoints } from '../../core/values/text.ts';
import { header } from '../shared/headers.ts';
import type { Brand } from './brands.ts';
import { entitlementOf } from './entitlement.ts';
import type { WireError } from './envelope.ts';
import { invalidBody } from './read-body.ts';

export type SignInDevice = NonNullable<SignIn['device']>;

/** What applications say of the device they run on when somebody signs in. */
export const DEVICE_HEADERS = [
  'x-device-code',
  'x-device-token',
  'x-device-name',
  'x-app-version-number',
  'x-os-device',
] as const;

/** Longest text that describes a device, and longest address for push messages, in code points. */
export const LONGEST_DEVICE_TEXT = 200;
export const LONGEST_PUSH_TOKEN = 4096;

/** The feature of a package that says at how many devices its users may be signed in. */
const LIMIT_FEATURE = 'DEVICES';
const ID_LENGTH = 18;

/**
 * The device that the headers describe; undefined without a code. What is malformed is refused before a password is
 * looked at.
 *
 * @throws Refusal 400 with one error for each header that is too long
 */
export function deviceOf(headers: IncomingHttpHeaders): SignInDevice | undefined {
  const errors: WireError[] = [];
  const read = (name: (typeof DEVICE_HEADERS)[number], member: string): string | null => {
    const text = decoded(header(headers, name));
    const most = name === 'x-device-token' ? LONGEST_PUSH_TOKEN : LONGEST_DEVICE_TEXT;
    if (text === null || codePoints(text) <= most) return text;
    errors.push({ code: `Invalid${member}`, message: `The header ${name} is longer than ${most} characters.` });
    return null;
  };
  const code = read('x-device-code', 'DeviceCode');
  const pushToken = read('x-device-token', 'DeviceToken');
  const name = read('x-device-name', 'DeviceName');
  const appVersion = read('x-app-version-number', 'AppVersionNumber');
  const os = read('x-os-device', 'OsDevice');
  if (errors.length > 0) throw invalidBody(errors);
  return code === null ? undefined : { id: deviceId(code), code, type: typeOf(os), name, os, appVersion, pushToken };
}

/** The same code is the same device, whoever signs in at it. */
export function deviceId(code: string): string {
  return hash('sha256', `device ${code}`, 'hex').slice(0, ID_LENGTH);
}

/** What a sign-in says of its device, for the command. */
export function atDevice(
  device: SignInDevice | undefined,
  user: User,
  brand: Brand,
): Pick<SignIn, 'device' | 'deviceLimit'> {
  if (device === undefined) return {};
  const deviceLimit = deviceLimitOf(user, brand);
  return { device, ...(deviceLimit !== undefined && { deviceLimit }) };
}

/** At how many devices the user's package lets it be signed in; undefined where it does not say. */
export function deviceLimitOf(user: User, brand: Brand): number | undefined {
  const limit = entitlementOf(user, brand, LIMIT_FEATURE)?.limit ?? null;
  return limit === null ? undefined : Math.max(1, limit);
}

function typeOf(os: string | null): DeviceType {
  return os !== null && /^(ios|ipados|android)\b/i.test(os) ? 'Mobile' : 'Unspecified';
}

/** Node reads headers byte by byte, and clients write names of devices in UTF-8. */
function decoded(text: string | undefined): string | null {
  if (text === undefined) return null;
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : text;
}
