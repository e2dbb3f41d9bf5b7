import type { JsonObject } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { MEMBER, type World } from './callers.ts';

/** What a method mostly refuses, besides callers who may not. */
export interface RpcRefusal {
  /** What is wrong with a request that is sound otherwise; absent when it is sound, but sent a second time. */
  readonly but?: (world: World) => Promise<JsonObject> | JsonObject;
  readonly code: Code;
  /** Text of the refusal, with its id if it has one. */
  readonly message: string;
}

type But = NonNullable<RpcRefusal['but']>;

const refusal = (code: Code, message: string, but?: But): RpcRefusal => ({
  code,
  message,
  ...(but !== undefined && { but }),
});

const NOBODY: But = () => ({ userId: 'nobody' });
const SOMEBODY: But = async ({ newUser }) => ({ userId: await newUser() });
const NO_USER = 'User could not be found (COMMAND-ugjs0upun6)';
const USER_EXISTS = 'User already exists (V3-DKcYh)';
const PAST: But = () => ({ expirationDate: '2001-01-01T00:00:00Z' });
const BAD_TEMPLATE = 'URL Template is invalid (DOMAIN-oGh5e)';
const LONG_LIST = 'a list has at most 1000 entries';

/** One of each method of each service. */
export const RPC_REFUSALS: Readonly<Record<string, RpcRefusal>> = {
  CreateUser: refusal(Code.AlreadyExists, USER_EXISTS),
  AddHumanUser: refusal(Code.AlreadyExists, USER_EXISTS),
  GetUserByID: refusal(Code.NotFound, 'User could not be found (QUERY-Dfbg2)', NOBODY),
  ListUsers: refusal(Code.InvalidArgument, LONG_LIST, () => ({ query: { limit: 1001 } })),
  SetEmail: refusal(Code.FailedPrecondition, 'Email not changed (COMMAND-Uch5e)'),
  ResendEmailCode: refusal(Code.FailedPrecondition, 'Code is empty (EMAIL-5w5ilin4yt)', SOMEBODY),
  SendEmailCode: refusal(Code.InvalidArgument, BAD_TEMPLATE, () => ({ sendCode: { urlTemplate: '{{' } })),
  VerifyEmail: refusal(Code.InvalidArgument, 'Code is invalid (COMMAND-eis9R)'),
  SetPhone: refusal(Code.FailedPrecondition, 'Phone not changed (COMMAND-Uch5e)'),
  RemovePhone: refusal(Code.FailedPrecondition, 'Phone not found (COMMAND-ieJ2e)'),
  ResendPhoneCode: refusal(Code.FailedPrecondition, 'Code is empty (PHONE-5xrra88eq8)', SOMEBODY),
  VerifyPhone: refusal(Code.InvalidArgument, 'Code is invalid (COMMAND-eis9R)'),
  UpdateUser: refusal(Code.NotFound, NO_USER, () => ({ human: {}, userId: 'nobody' })),
  UpdateHumanUser: refusal(Code.NotFound, NO_USER, NOBODY),
  DeactivateUser: refusal(Code.FailedPrecondition, 'User already inactive (COMMAND-5gunjw0cd7)'),
  ReactivateUser: refusal(Code.FailedPrecondition, 'User is not inactive (COMMAND-s5qqcz97hf)'),
  LockUser: refusal(Code.FailedPrecondition, 'User is not active or initial (COMMAND-lgws8wtsqf)'),
  UnlockUser: refusal(Code.FailedPrecondition, 'User is not locked (COMMAND-olb9vb0oca)'),
  DeleteUser: refusal(Code.NotFound, 'User could not be found (COMMAND-bd4ir1mblj)'),
  RegisterPasskey: refusal(Code.InvalidArgument, 'Domain is invalid', () => ({ domain: '127.0.0.1' })),
  VerifyPasskeyRegistration: refusal(Code.FailedPrecondition, 'Registration has expired or is already verified'),
  CreatePasskeyRegistrationLink: refusal(Code.InvalidArgument, BAD_TEMPLATE, () => ({
    sendLink: { urlTemplate: '{{' },
  })),
  ListPasskeys: refusal(Code.NotFound, NO_USER, NOBODY),
  RemovePasskey: refusal(Code.NotFound, 'Passkey not found'),
  RegisterU2F: refusal(Code.InvalidArgument, 'Domain is invalid', () => ({ domain: '127.0.0.1' })),
  VerifyU2FRegistration: refusal(Code.FailedPrecondition, 'Registration has expired or is already verified'),
  RemoveU2F: refusal(Code.NotFound, 'U2F not found'),
  RegisterTOTP: refusal(Code.NotFound, NO_USER, NOBODY),
  VerifyTOTPRegistration: refusal(Code.AlreadyExists, 'User has set up this factor already'),
  RemoveTOTP: refusal(Code.NotFound, 'User has not set up this factor'),
  AddOTPSMS: refusal(Code.FailedPrecondition, 'Phone is not verified', SOMEBODY),
  RemoveOTPSMS: refusal(Code.NotFound, 'User has not set up this factor'),
  GenerateRecoveryCodes: refusal(
    Code.InvalidArgument,
    'invalid GenerateRecoveryCodesRequest.Count: value must be inside range [1, 50]',
    () => ({ count: 51 }),
  ),
  RemoveRecoveryCodes: refusal(Code.NotFound, 'User has not set up this factor'),
  AddOTPEmail: refusal(Code.FailedPrecondition, 'Email is not verified', SOMEBODY),
  RemoveOTPEmail: refusal(Code.NotFound, 'User has not set up this factor'),
  AddIDPLink: refusal(Code.AlreadyExists, 'External IDP already exists (V3-DKcYh)'),
  ListIDPLinks: refusal(Code.NotFound, NO_USER, NOBODY),
  RemoveIDPLink: refusal(Code.NotFound, 'External IDP not found'),
  PasswordReset: refusal(Code.NotFound, 'User could not be found (COMMAND-SAF4f)', NOBODY),
  SetPassword: refusal(Code.InvalidArgument, 'Password is too short (DOMAIN-HuJf6)', () => ({
    newPassword: { password: 'Sh0rt!' },
  })),
  // People are missing machines.
  AddSecret: refusal(Code.NotFound, NO_USER, SOMEBODY),
  RemoveSecret: refusal(Code.FailedPrecondition, 'User has no secret'),
  AddKey: refusal(Code.InvalidArgument, 'Expiration date is invalid', PAST),
  RemoveKey: refusal(Code.NotFound, 'Machine key not found'),
  ListKeys: refusal(Code.InvalidArgument, LONG_LIST, () => ({ pagination: { limit: 1001 } })),
  AddPersonalAccessToken: refusal(Code.InvalidArgument, 'Expiration date is invalid', PAST),
  RemovePersonalAccessToken: refusal(Code.NotFound, 'Personal Access Token not found'),
  ListPersonalAccessTokens: refusal(Code.InvalidArgument, LONG_LIST, () => ({ pagination: { limit: 1001 } })),
  ListAuthenticationMethodTypes: refusal(Code.NotFound, NO_USER, NOBODY),
  ListAuthenticationFactors: refusal(Code.NotFound, NO_USER, NOBODY),
  CreateInviteCode: refusal(Code.FailedPrecondition, 'User is already initialized (COMMAND-EF34g)', () => ({
    userId: MEMBER.id,
  })),
  ResendInviteCode: refusal(Code.FailedPrecondition, 'Code not found (COMMAND-Wr3gq)', SOMEBODY),
  VerifyInviteCode: refusal(Code.FailedPrecondition, 'Code not found (COMMAND-Wr3gq)'),
  HumanMFAInitSkipped: refusal(Code.NotFound, NO_USER, NOBODY),
  SetUserMetadata: refusal(Code.FailedPrecondition, 'Metadata list is empty (META-9mm2d)', () => ({ metadata: [] })),
  ListUserMetadata: refusal(Code.InvalidArgument, LONG_LIST, () => ({ pagination: { limit: 1001 } })),
  DeleteUserMetadata: refusal(Code.NotFound, 'One or more keys do not exist (META-2nnds)'),
  AddOrganization: refusal(Code.AlreadyExists, 'Organisation already exists'),
  ListOrganizations: refusal(Code.InvalidArgument, LONG_LIST, () => ({
    query: { limit: 1001 },
  })),
};
