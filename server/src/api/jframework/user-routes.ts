import type { Route } from '../shared/route.ts';
import { getConstants, USER_CONSTANTS } from './constants.ts';
import { deleteUser } from './delete-user.ts';
import { getCurrentUser, getUser, getUserByUsername } from './get-user.ts';
import { listUsers, listUsersById } from './list-users.ts';
import { applyReferralCode, checkReferralCode, getReferees } from './referrals.ts';
import { registerUser, registerUserByEmail, registerUserByPhone } from './register-user.ts';
import type { Context } from './services.ts';
import { getDailySignUps, getStatistics, getUserSummary } from './sign-up-counts.ts';
import { updateUser } from './update-user.ts';
import { assignRoles, getUserPermissions, getUserRoles, revokeRoles } from './user-roles.ts';
import { changeStatus, STATUS_ACTION_NAMES } from './user-status.ts';
import { setUserType } from './user-type.ts';

/** Users, their status, roles and referrals, and how many there are. */
export function userRoutes(context: Context): Route[] {
  const users = '/api/v1/users';
  return [
    { method: 'GET', path: users, handler: listUsers(context) },
    { method: 'GET', path: `${users}/by-list-id`, handler: listUsersById(context) },
    { method: 'GET', path: `${users}/me`, handler: getCurrentUser(context) },
    { method: 'GET', path: `${users}/:id`, handler: getUser(context) },
    { method: 'GET', path: `${users}/by-username/:username`, handler: getUserByUsername(context) },
    { method: 'PUT', path: `${users}/:id`, handler: updateUser(context) },
    { method: 'DELETE', path: `${users}/:id`, handler: deleteUser(context) },
    { method: 'PUT', path: `${users}/:id/type/:type`, handler: setUserType(context) },
    ...STATUS_ACTION_NAMES.map(
      (name): Route => ({ method: 'POST', path: `${users}/:id/${name}`, handler: changeStatus(context, name) }),
    ),
    { method: 'POST', path: `${users}/register`, handler: registerUser(context) },
    { method: 'POST', path: `${users}/register/email-address`, handler: registerUserByEmail(context) },
    { method: 'POST', path: `${users}/register/phone-number`, handler: registerUserByPhone(context) },
    { method: 'GET', path: `${users}/:id/roles`, handler: getUserRoles(context) },
    { method: 'POST', path: `${users}/:id/roles`, handler: assignRoles(context) },
    { method: 'PATCH', path: `${users}/:id/roles`, handler: assignRoles(context) },
    { method: 'DELETE', path: `${users}/:id/roles`, handler: revokeRoles(context) },
    { method: 'GET', path: `${users}/:id/permissions`, handler: getUserPermissions(context) },
    { method: 'POST', path: `${users}/:id/referrals/apply`, handler: applyReferralCode(context) },
    { method: 'GET', path: `${users}/referrals/:code/check`, handler: checkReferralCode(context) },
    { method: 'GET', path: `${users}/:id/referees`, handler: getReferees(context) },
    { method: 'GET', path: `${users}/statistics`, handler: getStatistics(context) },
    { method: 'GET', path: '/api/v1/analytics/users/summary', handler: getUserSummary(context) },
    { method: 'GET', path: '/api/v1/analytics/users/daily', handler: getDailySignUps(context) },
    { method: 'GET', path: '/api/v1/constants/user/status', handler: getConstants(context, USER_CONSTANTS.status) },
    { method: 'GET', path: '/api/v1/constants/user/types', handler: getConstants(context, USER_CONSTANTS.types) },
  ];
}
