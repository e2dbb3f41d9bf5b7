import { DomainError } from '../errors.ts';
import type { Device } from './apps.ts';
import type { SignIn } from './commands.ts';
import { change, type FieldChange, type NewEvent } from './events.ts';
import type { Session, User } from './user.ts';

/** Sessions kept per user; the oldest give way. */
export const MAX_SESSIONS = 50;
/** Devices kept per user; those whose last sign-in is the longest ago give way. */
export const MAX_DEVICES = 50;

/** @throws DomainError for whoever may not sign in, whatever proof there is */
export function refuseBarred({ state }: User): void {
  if (state === 'locked') throw new DomainError('user_locked');
  if (state === 'suspended') throw new DomainError('user_suspended');
  if (state !== 'active') throw new DomainError('user_inactive');
}

/** The session of a sign-in that succeeded, and the device it is at. */
export function sessionStarted(signIn: SignIn, user: User, now: number): NewEvent {
  const { session, device, deviceLimit } = signIn;
  const changes: Record<string, FieldChange> = {};
  const live = liveSessions(user, now);
  if (device === undefined) {
    change(changes, 'credentials.sessions', user.credentials.sessions, newest([...live, session]));
    return { type: 'user.session_started', changes };
  }
  const devices = withDevice(user.apps.devices, signedInAt(device, user, now));
  const kept = new Set(devices.map(({ id }) => id));
  const ended = new Set(tooMany(devices, live, device.id, deviceLimit));
  const left = live.filter(({ deviceId }) => deviceId === undefined || (kept.has(deviceId) && !ended.has(deviceId)));
  const after = devices.map((one) => (ended.has(one.id) ? { ...one, status: 'offline' as const } : one));
  const started = { ...session, deviceId: device.id };
  change(changes, 'credentials.sessions', user.credentials.sessions, newest([...left, started]));
  change(changes, 'apps.devices', user.apps.devices, after);
  return { type: 'user.session_started', changes };
}

/** Ends all that is signed in and every code that signs in: what comes back later is to sign in anew. */
export function signOut(changes: Record<string, FieldChange>, { credentials }: User): void {
  change(changes, 'credentials.sessions', credentials.sessions, []);
  change(changes, 'credentials.signInCodes', credentials.signInCodes, []);
}

/** Sessions that can still be renewed. */
export function liveSessions({ credentials }: User, now: number): Session[] {
  return credentials.sessions.filter((session) => now < session.refreshExpiresAt);
}

/** Ids of the devices at which the user is signed in. */
export function signedInDevices(user: User, now: number): ReadonlySet<string> {
  return new Set(liveSessions(user, now).flatMap(({ deviceId }) => deviceId ?? []));
}

/** A device more, or in the place of what was known of it. */
export function withDevice(devices: readonly Device[], device: Device): readonly Device[] {
  if (devices.some(({ id }) => id === device.id)) return devices.map((one) => (one.id === device.id ? device : one));
  const kept = [...devices].sort(byLastSignIn).slice(-(MAX_DEVICES - 1));
  return [...devices.filter((one) => kept.includes(one)), device];
}

function signedInAt(sent: NonNullable<SignIn['device']>, { apps }: User, now: number): Device {
  const known = apps.devices.find(({ id }) => id === sent.id);
  const { id, code } = sent;
  return {
    id,
    code,
    type: sent.type === 'Unspecified' ? (known?.type ?? sent.type) : sent.type,
    name: sent.name ?? known?.name ?? null,
    os: sent.os ?? known?.os ?? null,
    appVersion: sent.appVersion ?? known?.appVersion ?? null,
    pushToken: sent.pushToken ?? known?.pushToken ?? null,
    session: known?.session ?? null,
    tags: known?.tags ?? null,
    status: 'online',
    isLinked: true,
    changedAt: now,
    signedInAt: now,
  };
}

/** Those that must give way to one more: the ones with the oldest sign-in. */
function tooMany(
  devices: readonly Device[],
  sessions: readonly Session[],
  newId: string,
  limit: number | undefined,
): readonly string[] {
  if (limit === undefined) return [];
  const signedIn = new Set(sessions.map(({ deviceId }) => deviceId));
  const others = devices.filter(({ id }) => id !== newId && signedIn.has(id)).sort(byLastSignIn);
  return others.slice(0, Math.max(0, others.length + 1 - limit)).map(({ id }) => id);
}

function byLastSignIn(left: Device, right: Device): number {
  return (left.signedInAt ?? 0) - (right.signedInAt ?? 0);
}

function newest(sessions: readonly Session[]): readonly Session[] {
  return sessions.slice(-MAX_SESSIONS);
}
