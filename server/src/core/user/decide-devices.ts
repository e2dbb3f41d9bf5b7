import { DomainError } from '../errors.ts';
import type { Device, DeviceReport } from './apps.ts';
import type { ChangeDevice, LinkDevice, RegisterDevice, RemoveDevice } from './commands.ts';
import { changeIfAny, type Decision, type Facts, oneChange } from './decision.ts';
import { change, type FieldChange } from './events.ts';
import { withDevice } from './sign-in.ts';
import type { User } from './user.ts';

const UNREPORTED: DeviceReport = { pushToken: null, session: null, tags: null, status: 'offline' };

/** A device that is linked already stays so. */
export function decideRegisterDevice({ device }: RegisterDevice, user: User, { now }: Facts): Decision {
  const { devices } = user.apps;
  const known = devices.find(({ id }) => id === device.id);
  const before = known ?? { ...UNREPORTED, isLinked: false, changedAt: now, signedInAt: null };
  const after = withDevice(devices, dated({ ...before, ...device }, known, now));
  return changeIfAny('user.device_registered', 'apps.devices', devices, after);
}

export function decideLinkDevice({ deviceId, known, report }: LinkDevice, user: User, { now }: Facts): Decision {
  const { devices } = user.apps;
  const own = devices.find(({ id }) => id === deviceId);
  if (own?.isLinked) throw new DomainError('device_exists');
  const described = own ?? (known?.id === deviceId ? known : undefined);
  if (described === undefined) throw new DomainError('device_not_found');
  const { id, code, type, name, os, appVersion } = described;
  const description = { id, code, type, name, os, appVersion };
  const linked: Device = {
    ...UNREPORTED,
    ...description,
    ...report,
    isLinked: true,
    changedAt: now,
    signedInAt: null,
  };
  return oneChange('user.device_linked', 'apps.devices', devices, withDevice(devices, linked));
}

export function decideChangeDevice({ device, report }: ChangeDevice, user: User, { now }: Facts): Decision {
  const { devices } = user.apps;
  const known = devices.find(
    (one) => one.isLinked && ('id' in device ? one.id === device.id : one.pushToken === device.pushToken),
  );
  if (known === undefined) throw new DomainError('device_not_found');
  const changed = dated({ ...known, ...report }, known, now);
  return changeIfAny('user.device_changed', 'apps.devices', devices, withDevice(devices, changed));
}

export function decideRemoveDevice({ deviceId }: RemoveDevice, user: User): Decision {
  const { devices } = user.apps;
  const left = devices.filter(({ id, isLinked }) => id !== deviceId || !isLinked);
  if (left.length === devices.length) throw new DomainError('device_not_found');
  const { sessions } = user.credentials;
  const changes: Record<string, FieldChange> = {};
  change(changes, 'apps.devices', devices, left);
  change(
    changes,
    'credentials.sessions',
    sessions,
    sessions.filter((session) => session.deviceId !== deviceId),
  );
  return { events: [{ type: 'user.device_removed', changes }], messages: [] };
}

/** With the time of the change, if it is one; otherwise what was known. */
function dated(device: Device, known: Device | undefined, now: number): Device {
  const isSame =
    known !== undefined && (Object.keys(device) as (keyof Device)[]).every((name) => device[name] === known[name]);
  return isSame ? known : { ...device, changedAt: now };
}
