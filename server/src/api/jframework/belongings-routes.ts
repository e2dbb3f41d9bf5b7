import { Type } from 'typebox';
import type { Route } from '../shared/route.ts';
import {
  getConfiguration,
  getConfigurations,
  readConfigurationFilter,
  removeConfiguration,
  saveConfiguration,
} from './configurations.ts';
import { getConnection } from './connections.ts';
import { checkDeviceAccess, createDevice, readDeviceAccess, refreshPushToken } from './devices.ts';
import { operationsOf } from './documentation/operation.ts';
import { getIdentities } from './identities.ts';
import * as models from './models.ts';
import {
  getNotification,
  getNotifications,
  readAllNotifications,
  readNotification,
  readNotificationList,
} from './notifications.ts';
import type { Context } from './services.ts';
import { ConfigurationBody, DeviceBody, DeviceReportBody, PushTokenBody } from './sign-in-schema.ts';
import { changeDevice, getUserDevices, linkDevice, readDeviceFilter, unlinkDevice } from './user-devices.ts';

const USER = '/api/v1/users/:id';
const DEVICES = '/api/v1/devices';
const CONFIGURATIONS = `${USER}/configurations`;

const device = operationsOf('Devices');
const belonging = operationsOf('Identities and connections');
const configuration = operationsOf('Configurations');
const notification = operationsOf('Notifications');

/** What belongs to a user besides the profile: devices, identities, configurations, notifications. */
export function belongingsRoutes(context: Context): Route[] {
  return [
    ...deviceRoutes(context),
    {
      method: 'GET',
      path: `${USER}/identities`,
      handler: getIdentities(context),
      operation: belonging('getIdentities', 'Who a user is at other providers', {
        data: Type.Array(models.IdentityView),
        reads: true,
      }),
    },
    {
      method: 'GET',
      path: `${USER}/connections`,
      handler: getConnection(context),
      operation: belonging('getConnection', 'The brand that a user belongs to', {
        data: models.ConnectionView,
        reads: true,
      }),
    },
    ...configurationRoutes(context),
    // Clients of the vendor write it in the singular.
    ...configurationRoutes(context).map((route) => ({
      ...route,
      path: route.path.replace(CONFIGURATIONS, `${USER}/configuration`),
      aliasOf: route.path,
    })),
    ...notificationRoutes(context),
  ];
}

function deviceRoutes(context: Context): Route[] {
  return [
    {
      method: 'GET',
      path: `${USER}/devices`,
      handler: getUserDevices(context),
      operation: device('getUserDevices', 'The devices of a user', {
        query: readDeviceFilter,
        data: Type.Array(models.UserDeviceView),
        reads: true,
      }),
    },
    {
      method: 'POST',
      path: `${USER}/devices/:deviceId`,
      handler: linkDevice(context),
      operation: device('linkDevice', 'Makes a device one of a user', { body: DeviceReportBody, status: 201 }),
    },
    {
      method: 'PUT',
      path: `${USER}/devices/:deviceId`,
      handler: changeDevice(context),
      operation: device('changeDevice', 'Changes what is known of a device of a user', { body: DeviceReportBody }),
    },
    {
      method: 'DELETE',
      path: `${USER}/devices/:deviceId`,
      handler: unlinkDevice(context),
      operation: device('unlinkDevice', 'Takes a device from a user; the keys that were given at it end'),
    },
    {
      method: 'POST',
      path: DEVICES,
      handler: createDevice(context),
      operation: device('createDevice', 'Makes a device known, for linking it', {
        body: DeviceBody,
        status: 201,
        data: models.DeviceView,
      }),
    },
    {
      method: 'POST',
      path: `${DEVICES}/refresh-token`,
      handler: refreshPushToken(context),
      operation: device('refreshPushToken', 'Another address for push messages', { body: PushTokenBody }),
    },
    {
      method: 'GET',
      path: `${DEVICES}/check-user-access`,
      handler: checkDeviceAccess(context),
      operation: device('checkDeviceAccess', 'Whether a user may be signed in at a device', {
        query: readDeviceAccess,
        refusals: [405],
        reads: true,
      }),
    },
  ];
}

function configurationRoutes(context: Context): Route[] {
  const one = `${CONFIGURATIONS}/:configurationId`;
  return [
    {
      method: 'POST',
      path: CONFIGURATIONS,
      handler: saveConfiguration(context),
      operation: configuration('saveConfiguration', 'Keeps a setting of an application with a user', {
        description: 'Another of the same group and code takes its place and keeps its id.',
        body: ConfigurationBody,
        status: 201,
        data: models.ConfigurationView,
      }),
    },
    {
      method: 'GET',
      path: CONFIGURATIONS,
      handler: getConfigurations(context),
      operation: configuration('getConfigurations', 'The settings that applications keep with a user', {
        query: readConfigurationFilter,
        data: Type.Array(models.ConfigurationView),
        reads: true,
      }),
    },
    {
      method: 'GET',
      path: one,
      handler: getConfiguration(context),
      operation: configuration('getConfiguration', 'A setting', { data: models.ConfigurationView, reads: true }),
    },
    {
      method: 'DELETE',
      path: one,
      handler: removeConfiguration(context),
      operation: configuration('removeConfiguration', 'Removes a setting'),
    },
  ];
}

function notificationRoutes(context: Context): Route[] {
  const all = `${USER}/notifications`;
  return [
    {
      method: 'GET',
      path: all,
      handler: getNotifications(context),
      operation: notification('getNotifications', 'The inbox of a user, into which nothing is put here', {
        query: readNotificationList,
        data: models.NotificationPage,
        reads: true,
      }),
    },
    {
      method: 'GET',
      path: `${all}/:notificationId`,
      handler: getNotification(context),
      operation: notification('getNotification', 'A notification: there is none', { status: null, reads: true }),
    },
    {
      method: 'POST',
      path: `${all}/:notificationId/read`,
      handler: readNotification(context),
      operation: notification('readNotification', 'Marks a notification as read: there is none', { status: null }),
    },
    {
      method: 'POST',
      path: `${all}/mark-all-as-read`,
      handler: readAllNotifications(context),
      operation: notification('readAllNotifications', 'Marks all notifications as read'),
    },
  ];
}
