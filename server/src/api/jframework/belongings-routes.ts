import type { Route } from '../shared/route.ts';
import { getConfiguration, getConfigurations, removeConfiguration, saveConfiguration } from './configurations.ts';
import { getConnection } from './connections.ts';
import { checkDeviceAccess, createDevice, refreshPushToken } from './devices.ts';
import { getIdentities } from './identities.ts';
import { getNotification, getNotifications, readAllNotifications, readNotification } from './notifications.ts';
import type { Context } from './services.ts';
import { changeDevice, getUserDevices, linkDevice, unlinkDevice } from './user-devices.ts';

const USER = '/api/v1/users/:id';
const DEVICES = '/api/v1/devices';

/** What belongs to a user besides the profile: devices, identities, configurations, notifications. */
export function belongingsRoutes(context: Context): Route[] {
  return [
    { method: 'GET', path: `${USER}/devices`, handler: getUserDevices(context) },
    { method: 'POST', path: `${USER}/devices/:deviceId`, handler: linkDevice(context) },
    { method: 'PUT', path: `${USER}/devices/:deviceId`, handler: changeDevice(context) },
    { method: 'DELETE', path: `${USER}/devices/:deviceId`, handler: unlinkDevice(context) },
    { method: 'POST', path: DEVICES, handler: createDevice(context) },
    { method: 'POST', path: `${DEVICES}/refresh-token`, handler: refreshPushToken(context) },
    { method: 'GET', path: `${DEVICES}/check-user-access`, handler: checkDeviceAccess(context) },
    { method: 'GET', path: `${USER}/identities`, handler: getIdentities(context) },
    { method: 'GET', path: `${USER}/connections`, handler: getConnection(context) },
    // Clients of the vendor write it in the singular.
    ...configurationRoutes(context, `${USER}/configurations`),
    ...configurationRoutes(context, `${USER}/configuration`),
    { method: 'GET', path: `${USER}/notifications`, handler: getNotifications(context) },
    { method: 'GET', path: `${USER}/notifications/:notificationId`, handler: getNotification(context) },
    { method: 'POST', path: `${USER}/notifications/:notificationId/read`, handler: readNotification(context) },
    { method: 'POST', path: `${USER}/notifications/mark-all-as-read`, handler: readAllNotifications(context) },
  ];
}

function configurationRoutes(context: Context, path: string): Route[] {
  return [
    { method: 'POST', path, handler: saveConfiguration(context) },
    { method: 'GET', path, handler: getConfigurations(context) },
    { method: 'GET', path: `${path}/:configurationId`, handler: getConfiguration(context) },
    { method: 'DELETE', path: `${path}/:configurationId`, handler: removeConfiguration(context) },
  ];
}
