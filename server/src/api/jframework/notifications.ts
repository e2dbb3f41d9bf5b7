import type { DomainError } from '../../core/errors.ts';
import type { UpdateUser } from '../../core/user/commands.ts';
import type { Handler } from '../shared/route.ts';
import { callOf, changeUser, readUser } from './call.ts';
import { success } from './envelope.ts';
import { Refusal } from './errors.ts';
import { type Page, pageOf, sortOf } from './paging.ts';
import { type QueryReader, readQuery } from './query.ts';
import type { Context } from './services.ts';

const STATUSES = [
  'Unread',
  'ReadEmailNotification',
  'ReadEmailNotificationButNotYetTakenAction',
  'ReadEmailNotificationAndClickedTakenAction',
] as const;
const NOT_FOUND = [{ code: 'NotificationNotFound', message: 'The notification was not found.' }];
/** It changes nothing, but is asked for with the right to. */
const NOTHING: UpdateUser = { type: 'update-user', profile: {} };

export function readNotificationList(query: QueryReader): Page {
  query.oneOf('status', STATUSES);
  sortOf(query, ['id', 'createdDate']);
  return pageOf(query);
}

/** GET /users/{id}/notifications: nothing puts any into an inbox here, so it is empty. */
export function getNotifications(context: Context): Handler {
  return async (request) => {
    const call = await callOf(request, context);
    const { pageNumber, pageSize } = readQuery(request, readNotificationList);
    const user = await readUser(request, context, call);
    const page = { items: [], totalItems: 0, pageNumber, pageSize, unreadCount: 0 };
    return success(200, JSON.stringify(page), user.version);
  };
}

/** GET /users/{id}/notifications/{notificationId} */
export function getNotification(context: Context): Handler {
  return async (request) => {
    await readUser(request, context, await callOf(request, context));
    throw notFound();
  };
}

/** POST /users/{id}/notifications/{notificationId}/read */
export function readNotification(context: Context): Handler {
  return async (request) =>
    changeUser(request, context, await callOf(request, context), {
      name: 'read-notification',
      command: { ...NOTHING, violation: notFound() },
    });
}

/** POST /users/{id}/notifications/mark-all-as-read */
export function readAllNotifications(context: Context): Handler {
  return async (request) =>
    changeUser(request, context, await callOf(request, context), { name: 'read-notifications', command: NOTHING });
}

function notFound(): DomainError {
  return new Refusal('token_not_found', 404, NOT_FOUND);
}
