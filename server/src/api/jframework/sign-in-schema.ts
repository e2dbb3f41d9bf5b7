import { type Static, Type } from 'typebox';
import { DEVICE_TYPES } from '../../core/user/apps.ts';
import { status } from './catalogue/body.ts';
import { UserDeviceStatus } from './models.ts';
import { required, text } from './schema.ts';

/** POST /users/auth/phone-number */
export const PhoneAuthBody = Type.Object({ phoneNumber: required(), password: required() });

/** POST /users/check-auth-key-available */
export const CheckKeyBody = Type.Object({ authKey: required() });

/** POST /users/auth/passwordless/email/generate-otp */
export const EmailCodeBody = Type.Object({ emailAddress: required() });

/** POST /users/auth/passwordless/phone/generate-otp */
export const PhoneCodeBody = Type.Object({ phoneNumber: required() });

/** POST /users/auth/passwordless/{email,phone}/verify-otp */
export const VerifyCodeBody = Type.Object({ token: required(), otp: required() });

const deviceStatus = () => Type.Optional(Type.Union([UserDeviceStatus, Type.Null()]));

/** POST and PUT /users/{id}/devices/{deviceId}. Newer clients call the last member `status`. */
export const DeviceReportBody = Type.Object({
  token: text(),
  session: text(),
  tags: text(),
  userDeviceStatus: deviceStatus(),
  status: deviceStatus(),
});
export type DeviceReportBody = Static<typeof DeviceReportBody>;

/** POST /devices */
export const DeviceBody = Type.Object({
  type: Type.Enum([...DEVICE_TYPES]),
  code: required(),
  name: required(),
  osDevice: required(),
  appVersionNumber: required(),
});
export type DeviceBody = Static<typeof DeviceBody>;

/** POST /devices/refresh-token */
export const PushTokenBody = Type.Object({ oldToken: required(), newToken: required() });

/** POST /users/{id}/configurations */
export const ConfigurationBody = Type.Object({
  groupCode: required(),
  code: required(),
  name: required(),
  value: required(),
  description: text(),
  status: status(),
});
export type ConfigurationBody = Static<typeof ConfigurationBody>;

/** POST /users/auth/email/magic-link */
export const MagicLinkBody = Type.Object({ emailAddress: required(), callbackURL: required(), returnURL: text() });
export interface MagicLinkBody extends Omit<Static<typeof MagicLinkBody>, 'returnURL'> {
  readonly returnURL?: string | null | undefined;
}
