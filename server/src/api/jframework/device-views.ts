import type { Device, DeviceReport } from '../../core/user/apps.ts';
import type { DeviceView, UserDeviceStatus, UserDeviceView } from './models.ts';
import { isoDate } from './user-view.ts';

const STATUS: Readonly<Record<DeviceReport['status'], UserDeviceStatus>> = {
  offline: 'Offline',
  online: 'Online',
  deleted: 'Deleted',
};
const STATES: Readonly<Record<UserDeviceStatus, DeviceReport['status']>> = {
  Offline: 'offline',
  Online: 'online',
  Deleted: 'deleted',
};

/** A device by itself. What the record does not have is null. */
export function deviceView(device: Device): DeviceView {
  const { id, type, code, tags, name, os, appVersion, changedAt } = device;
  return {
    id,
    type,
    code,
    isMobileApp: isMobile(device),
    tags,
    status: 'Active',
    isDefault: false,
    testMode: false,
    name,
    phoneNumber: null,
    osDevice: os,
    appVersionNumber: appVersion,
    iccid: null,
    imsi: null,
    imei: null,
    simCardInfo: null,
    countryCode: null,
    modifiedDate: isoDate(changedAt),
  };
}

/** A device as one of a user's. */
export function userDeviceView(device: Device): UserDeviceView {
  const { pushToken, session, status, signedInAt } = device;
  return {
    ...deviceView(device),
    token: pushToken,
    session,
    userDeviceStatus: STATUS[status],
    lastAccessAt: signedInAt === null ? null : isoDate(signedInAt),
  };
}

export function statusFrom(status: UserDeviceStatus): DeviceReport['status'] {
  return STATES[status];
}

export function isMobile({ type }: Device): boolean {
  return type === 'Mobile';
}
