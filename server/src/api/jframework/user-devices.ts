import type { FastifyRequest } from 'fastify';
import type { DeviceReport } from '../../core/user/apps.ts';
import { paramsOf } from '../shared/dialect.ts';
import type { Handler } from '../shared/route.ts';
import { reader, type SchemaReader } from '../shared/schema.ts';
import { callOf, changeUser, readUser } from './call.ts';
import { LONGEST_DEVICE_TEXT, LONGEST_PUSH_TOKEN } from './device-headers.ts';
import { isMobile, statusFrom, userDeviceView } from './device-views.ts';
import { success } from './envelope.ts';
import { type QueryReader, readQuery } from './query.ts';
import { readBody } from './read-body.ts';
import { type Context, inBrand } from './services.ts';
import { DeviceReportBody } from './sign-in-schema.ts';
import { refuseLong } from './text-limits.ts';

/** Longest texts, in code points. */
const LONGEST = { token: LONGEST_PUSH_TOKEN, session: LONGEST_PUSH_TOKEN, tags: LONGEST_DEVICE_TEXT } as const;

export function readDeviceFilter(query: QueryReader): boolean | undefined {
  return query.flag('isMobileApp');
}

/** GET /users/{id}/devices */
export function getUserDevices(context: Context): Handler {
  return async (request) => {
    const call = await callOf(request, context);
    const isMobileApp = readQuery(request, readDeviceFilter);
    const user = await readUser(request, context, call);
    const devices = user.apps.devices.filter(
      (device) => device.isLinked && (isMobileApp === undefined || isMobile(device) === isMobileApp),
    );
    return success(200, JSON.stringify(devices.map(userDeviceView)), user.version);
  };
}

/**
 * POST /users/{id}/devices/{deviceId}: a device that the caller has made known, or has, becomes one of the user's. What
 * the body leaves out is empty.
 */
export function linkDevice(context: Context): Handler {
  const { users } = context;
  const body = reader(DeviceReportBody);
  return async (request) => {
    const call = await callOf(request, context);
    const { sent, report } = readReport(request, body);
    const { deviceId = '' } = paramsOf(request);
    const own = await users.find(inBrand(call.brand, { id: call.caller.userId }));
    const known = own?.apps.devices.find((device) => device.id === deviceId) ?? null;
    return changeUser(request, context, call, {
      name: 'link-device',
      command: { type: 'link-device', deviceId, known, report },
      body: sent,
      answer: ({ version }) => success(201, 'true', version),
    });
  };
}

/** PUT /users/{id}/devices/{deviceId}: what is left out is kept, null clears. */
export function changeDevice(context: Context): Handler {
  const body = reader(DeviceReportBody);
  return async (request) => {
    const call = await callOf(request, context);
    const { sent, report } = readReport(request, body);
    return changeUser(request, context, call, {
      name: 'change-device',
      command: { type: 'change-device', device: { id: paramsOf(request).deviceId ?? '' }, report },
      body: sent,
    });
  };
}

/** DELETE /users/{id}/devices/{deviceId}: the keys that were given at it die. */
export function unlinkDevice(context: Context): Handler {
  return async (request) =>
    changeUser(request, context, await callOf(request, context), {
      name: 'unlink-device',
      command: { type: 'remove-device', deviceId: paramsOf(request).deviceId ?? '' },
    });
}

interface Report {
  readonly sent: DeviceReportBody;
  readonly report: Partial<DeviceReport>;
}

/** @throws Refusal 400 with one error for each member that is not valid */
function readReport(request: FastifyRequest, body: SchemaReader<DeviceReportBody>): Report {
  const sent = readBody(request, body);
  const { token, session, tags, userDeviceStatus, status } = sent;
  refuseLong(sent, LONGEST);
  const newStatus = userDeviceStatus ?? status ?? null;
  const report = {
    ...(token !== undefined && { pushToken: token }),
    ...(session !== undefined && { session }),
    ...(tags !== undefined && { tags }),
    ...(newStatus !== null && { status: statusFrom(newStatus) }),
  };
  return { sent, report };
}
