import { Type } from 'typebox';
import type { Route } from '../shared/route.ts';
import { idsAsked } from './catalogue/ids-in.ts';
import { CONSTANTS, getConstants } from './constants.ts';
import { deleteUser } from './delete-user.ts';
import { operationsOf } from './documentation/operation.ts';
import { getCurrentUser, getUser, getUserByUsername } from './get-user.ts';
import { listUsers, listUsersById, readListedIds, readUserList } from './list-users.ts';
import * as models from './models.ts';
import { applyReferralCode, checkReferralCode, getReferees, readRefereePage, readReferralCode } from './referrals.ts';
import { registerUser, registerUserByEmail, registerUserByPhone } from './register-user.ts';
import { RegisterBody, RegisterByEmailBody, RegisterByPhoneBody, UpdateUserBody } from './schema.ts';
import type { Context } from './services.ts';
import { getDailySignUps, getStatistics, getUserSummary, readDays, readStatistics } from './sign-up-counts.ts';
import { updateUser } from './update-user.ts';
import { assignRoles, getUserPermissions, getUserRoles, revokeRoles } from './user-roles.ts';
import { changeStatus, STATUS_ACTION_NAMES } from './user-status.ts';
import { setUserType } from './user-type.ts';

const users = '/api/v1/users';
const user = operationsOf('Users');
const registration = operationsOf('Registration');
const role = operationsOf('Roles of users');
const referral = operationsOf('Referrals');
const figures = operationsOf('Figures');

/** An empty query asks for nothing that a brand would have to be asked. */
function noBrand(): never {
  throw new Error('an empty query names nothing of a brand');
}

/** Users, their status, roles and referrals, and how many there are. */
export function userRoutes(context: Context): Route[] {
  return [
    {
      method: 'GET',
      path: users,
      handler: listUsers(context),
      operation: user('listUsers', 'The users that the caller may read', {
        description: 'All filters that are given must be met. Lists those who were deleted with `status=Deleted`.',
        query: (query) => readUserList(query, noBrand),
        data: models.UserPage,
        reads: true,
      }),
    },
    {
      method: 'GET',
      path: `${users}/by-list-id`,
      handler: listUsersById(context),
      operation: user('listUsersById', 'Users by their ids, in the order asked for', {
        query: readListedIds,
        data: models.UserPage,
        reads: true,
      }),
    },
    {
      method: 'GET',
      path: `${users}/me`,
      handler: getCurrentUser(context),
      operation: user('getCurrentUser', 'The caller', { data: models.UserView, reads: true }),
    },
    {
      method: 'GET',
      path: `${users}/:id`,
      handler: getUser(context),
      operation: user('getUser', 'A user', { data: models.UserView, reads: true }),
    },
    {
      method: 'GET',
      path: `${users}/by-username/:username`,
      handler: getUserByUsername(context),
      operation: user('getUserByUsername', 'A user by its username', { data: models.UserView, reads: true }),
    },
    {
      method: 'PUT',
      path: `${users}/:id`,
      handler: updateUser(context),
      operation: user('updateUser', 'Changes a user', {
        description:
          'What is left out stays; `null` clears, except `username` and `emailAddress`, which are required unless the brand is set up otherwise.',
        body: UpdateUserBody,
        data: models.UserView,
      }),
    },
    {
      method: 'DELETE',
      path: `${users}/:id`,
      handler: deleteUser(context),
      operation: user('deleteUser', 'Deletes a user', {
        description: 'The record stays, and is listed as deleted; nobody can use it any more.',
      }),
    },
    {
      method: 'PUT',
      path: `${users}/:id/type/:type`,
      handler: setUserType(context),
      operation: user('setUserType', 'Says what kind of user it is'),
    },
    ...STATUS_ACTION_NAMES.map(
      (name): Route => ({
        method: 'POST',
        path: `${users}/:id/${name}`,
        handler: changeStatus(context, name),
        operation: user(`${name}User`, `${name[0]?.toUpperCase()}${name.slice(1)}s a user`),
      }),
    ),
    ...registrationRoutes(context),
    ...userRoleRoutes(context),
    ...referralRoutes(context),
    ...figureRoutes(context),
  ];
}

function registrationRoutes(context: Context): Route[] {
  const asked = { data: models.UserView, status: 201, access: 'anybody' } as const;
  return [
    {
      method: 'POST',
      path: `${users}/register`,
      handler: registerUser(context),
      operation: registration('registerUser', 'Makes a user', { ...asked, body: RegisterBody }),
    },
    {
      method: 'POST',
      path: `${users}/register/email-address`,
      handler: registerUserByEmail(context),
      operation: registration('registerUserByEmail', 'Makes a user by an e-mail address alone', {
        ...asked,
        body: RegisterByEmailBody,
      }),
    },
    {
      method: 'POST',
      path: `${users}/register/phone-number`,
      handler: registerUserByPhone(context),
      operation: registration('registerUserByPhone', 'Makes a user by a phone number alone', {
        ...asked,
        body: RegisterByPhoneBody,
      }),
    },
  ];
}

function userRoleRoutes(context: Context): Route[] {
  const path = `${users}/:id/roles`;
  const asked = idsAsked('roleIds');
  return [
    {
      method: 'GET',
      path,
      handler: getUserRoles(context),
      operation: role('getUserRoles', 'The roles of a user', { data: Type.Array(models.RoleView), reads: true }),
    },
    {
      method: 'POST',
      path,
      handler: assignRoles(context),
      operation: role('assignRoles', 'Gives roles to a user, all or none of them', asked),
    },
    {
      method: 'PATCH',
      path,
      handler: assignRoles(context),
      operation: role('addRoles', 'Gives roles to a user, as older clients do', asked),
    },
    {
      method: 'DELETE',
      path,
      handler: revokeRoles(context),
      operation: role('revokeRoles', 'Takes roles from a user', asked),
    },
    {
      method: 'GET',
      path: `${users}/:id/permissions`,
      handler: getUserPermissions(context),
      operation: role('getUserPermissions', 'What the roles of a user allow, by the codes of the permissions', {
        data: Type.Array(Type.String()),
        reads: true,
      }),
    },
  ];
}

function referralRoutes(context: Context): Route[] {
  return [
    {
      method: 'POST',
      path: `${users}/:id/referrals/apply`,
      handler: applyReferralCode(context),
      operation: referral('applyReferralCode', 'Says who referred a user', { query: readReferralCode }),
    },
    {
      method: 'GET',
      path: `${users}/referrals/:code/check`,
      handler: checkReferralCode(context),
      operation: referral('checkReferralCode', "Whether a referral code is somebody's", {
        data: Type.Boolean(),
        reads: true,
      }),
    },
    {
      method: 'GET',
      path: `${users}/:id/referees`,
      handler: getReferees(context),
      operation: referral('getReferees', 'Whom a user referred', {
        query: readRefereePage,
        data: Type.Array(models.RefereeView),
        reads: true,
      }),
    },
  ];
}

function figureRoutes(context: Context): Route[] {
  const words = { data: Type.Array(Type.String()), access: 'anybody', reads: true } as const;
  return [
    {
      method: 'GET',
      path: `${users}/statistics`,
      handler: getStatistics(context),
      operation: figures('getStatistics', 'How many people signed up, by days or months in UTC', {
        query: (query) => readStatistics(query, 0),
        data: Type.Array(models.SignUpCount),
        reads: true,
      }),
    },
    {
      method: 'GET',
      path: '/api/v1/analytics/users/summary',
      handler: getUserSummary(context),
      operation: figures('getUserSummary', 'How many people there are, and how many are new', {
        data: models.UserSummary,
        reads: true,
      }),
    },
    {
      method: 'GET',
      path: '/api/v1/analytics/users/daily',
      handler: getDailySignUps(context),
      operation: figures('getDailySignUps', 'New people by days in UTC, and how many there were at the end of each', {
        query: (query) => readDays(query, 0),
        data: Type.Array(models.DailySignUps),
        reads: true,
      }),
    },
    {
      method: 'GET',
      path: '/api/v1/constants/user/status',
      handler: getConstants(context, CONSTANTS.userStatus),
      operation: figures('getStatusWords', 'What the status of a user may be', words),
    },
    {
      method: 'GET',
      path: '/api/v1/constants/user/types',
      handler: getConstants(context, CONSTANTS.userTypes),
      operation: figures('getTypeWords', 'What kinds of users there are', words),
    },
    {
      method: 'GET',
      path: '/api/v1/constants/device/types',
      handler: getConstants(context, CONSTANTS.deviceTypes),
      operation: figures('getDeviceTypeWords', 'What kinds of devices there are', words),
    },
    {
      method: 'GET',
      path: '/api/v1/constants/feature/types',
      handler: getConstants(context, CONSTANTS.featureTypes),
      operation: figures('getFeatureTypeWords', 'What kinds of features packages contain', words),
    },
  ];
}
