import { signedInDevices } from '../../core/user/sign-in.ts';
import type { Handler } from '../shared/route.ts';
import { reader } from '../shared/schema.ts';
import { callOf, changeUser } from './call.ts';
import { deviceId, deviceLimitOf, LONGEST_DEVICE_TEXT, LONGEST_PUSH_TOKEN } from './device-headers.ts';
import { deviceView } from './device-views.ts';
import { success } from './envelope.ts';
import { Refusal } from './errors.ts';
import { type QueryReader, readQuery } from './query.ts';
import { readBody } from './read-body.ts';
import { type Context, inBrand } from './services.ts';
import { DeviceBody, PushTokenBody } from './sign-in-schema.ts';
import { refuseLong } from './text-limits.ts';

/** Longest texts, in code points. */
const LONGEST = {
  code: LONGEST_DEVICE_TEXT,
  name: LONGEST_DEVICE_TEXT,
  osDevice: LONGEST_DEVICE_TEXT,
  appVersionNumber: LONGEST_DEVICE_TEXT,
} as const;

const REJECTED = [{ code: 'DeviceRejected', message: 'The user may not be signed in at another device.' }];

/** POST /devices: makes a device known, in the record of the caller; linking makes it one of somebody's. */
export function createDevice(context: Context): Handler {
  const body = reader(DeviceBody);
  return async (request) => {
    const call = await callOf(request, context);
    const sent = readBody(request, body);
    const { type, code, name, osDevice: os, appVersionNumber: appVersion } = sent;
    refuseLong(sent, LONGEST);
    const id = deviceId(code);
    return changeUser(request, context, call, {
      name: 'create-device',
      id: call.caller.userId,
      command: { type: 'register-device', device: { id, code, type, name, os, appVersion } },
      body: sent,
      answer: ({ apps, version }) => {
        const views = apps.devices.filter((device) => device.id === id).map(deviceView);
        return success(201, JSON.stringify(views[0]), version);
      },
    });
  };
}

/** POST /devices/refresh-token: another address for push messages of the caller's device that has the old one. */
export function refreshPushToken(context: Context): Handler {
  const body = reader(PushTokenBody);
  return async (request) => {
    const call = await callOf(request, context);
    const sent = readBody(request, body);
    refuseLong(sent, { newToken: LONGEST_PUSH_TOKEN });
    return changeUser(request, context, call, {
      name: 'refresh-push-token',
      id: call.caller.userId,
      command: { type: 'change-device', device: { pushToken: sent.oldToken }, report: { pushToken: sent.newToken } },
      body: sent,
    });
  };
}

export function readDeviceAccess(query: QueryReader) {
  return { userId: query.required('userId'), deviceCode: query.required('deviceCode') };
}

/** GET /devices/check-user-access: whether the user is signed in at the device, or may be without another giving way. */
export function checkDeviceAccess(context: Context): Handler {
  const { users, clock } = context;
  return async (request) => {
    const { brand, caller } = await callOf(request, context);
    const { userId, deviceCode } = readQuery(request, readDeviceAccess);
    const user = await users.read(caller, inBrand(brand, { id: userId }));
    const signedIn = signedInDevices(user, clock());
    const limit = deviceLimitOf(user, brand);
    const isRejected = limit !== undefined && signedIn.size >= limit && !signedIn.has(deviceId(deviceCode));
    if (isRejected) throw new Refusal('no_permission', 405, REJECTED);
    return success(200, 'true', user.version);
  };
}
