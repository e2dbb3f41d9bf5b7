import { DomainError } from '../errors.ts';
import type { Command } from './commands.ts';
import { decideRemoveAppSetting, decideSaveAppSetting } from './decide-app-settings.ts';
import { decideRequestContactCode, decideVerifyContact } from './decide-contact.ts';
import {
  decideCheckPassword,
  decideRenewSession,
  decideRequestReset,
  decideSetPassword,
} from './decide-credentials.ts';
import { decideChangeDevice, decideLinkDevice, decideRegisterDevice, decideRemoveDevice } from './decide-devices.ts';
import {
  decideAddOtp,
  decideAddTotp,
  decideRemoveFactor,
  decideSetRecoveryCodes,
  decideVerifyTotp,
} from './decide-factors.ts';
import { decideAddIdpLink, decideRemoveIdpLink } from './decide-idp.ts';
import { decideCreateInvite, decideResendInvite, decideSkipMfaInit, decideVerifyInvite } from './decide-invite.ts';
import {
  decideAddKey,
  decideAddToken,
  decideRemoveKey,
  decideRemoveSecret,
  decideRemoveToken,
  decideSetSecret,
} from './decide-machine.ts';
import { decideAddMembership } from './decide-membership.ts';
import { decideConsumeQuota } from './decide-quota.ts';
import { decideCreate, decideDelete, decideUpdate } from './decide-record.ts';
import { decideApplyReferral } from './decide-referral.ts';
import { decideRequestSignInCode, decideStartSession } from './decide-sign-in.ts';
import {
  decideCreatePasskeyLink,
  decideRegisterWebAuthn,
  decideRemoveWebAuthn,
  decideVerifyWebAuthn,
} from './decide-webauthn.ts';
import type { Decision, Facts } from './decision.ts';
import type { User } from './user.ts';

/**
 * Decides a command against the record (`null` when there is none). Pure, and run again whenever a batch is retried.
 *
 * @throws DomainError when the command is refused without a trace
 */
export function decide(command: Command, user: User | null, facts: Facts): Decision {
  if (command.type === 'create-user') return decideCreate(command, user, facts);
  if (user === null || user.state === 'deleted') throw new DomainError('user_not_found');
  switch (command.type) {
    case 'update-user':
      return decideUpdate(command, user, facts);
    case 'verify-contact':
      return decideVerifyContact(command, user, facts);
    case 'request-contact-code':
      return decideRequestContactCode(command, user);
    case 'set-password':
      return decideSetPassword(command, user, facts);
    case 'create-invite':
      return decideCreateInvite(command, user);
    case 'resend-invite':
      return decideResendInvite(command, user);
    case 'verify-invite':
      return decideVerifyInvite(command, user, facts);
    case 'skip-mfa-init':
      return decideSkipMfaInit(user, facts);
    case 'request-password-reset':
      return decideRequestReset(command, user);
    case 'check-password':
      return decideCheckPassword(command, user, facts);
    case 'renew-session':
      return decideRenewSession(command, user, facts);
    case 'request-sign-in-code':
      return decideRequestSignInCode(command, user);
    case 'start-session':
      return decideStartSession(command, user, facts);
    case 'register-device':
      return decideRegisterDevice(command, user, facts);
    case 'link-device':
      return decideLinkDevice(command, user, facts);
    case 'change-device':
      return decideChangeDevice(command, user, facts);
    case 'remove-device':
      return decideRemoveDevice(command, user);
    case 'save-app-setting':
      return decideSaveAppSetting(command, user);
    case 'remove-app-setting':
      return decideRemoveAppSetting(command, user);
    case 'add-key':
      return decideAddKey(command, user, facts);
    case 'remove-key':
      return decideRemoveKey(command, user);
    case 'add-token':
      return decideAddToken(command, user, facts);
    case 'remove-token':
      return decideRemoveToken(command, user);
    case 'set-secret':
      return decideSetSecret(command, user, facts);
    case 'remove-secret':
      return decideRemoveSecret(user);
    case 'add-totp':
      return decideAddTotp(command, user);
    case 'verify-totp':
      return decideVerifyTotp(command, user, facts);
    case 'add-otp':
      return decideAddOtp(command, user, facts);
    case 'set-recovery-codes':
      return decideSetRecoveryCodes(command, user);
    case 'remove-factor':
      return decideRemoveFactor(command, user);
    case 'add-membership':
      return decideAddMembership(command, user, facts);
    case 'create-passkey-link':
      return decideCreatePasskeyLink(command, user);
    case 'register-webauthn':
      return decideRegisterWebAuthn(command, user, facts);
    case 'verify-webauthn':
      return decideVerifyWebAuthn(command, user, facts);
    case 'remove-webauthn':
      return decideRemoveWebAuthn(command, user);
    case 'add-idp-link':
      return decideAddIdpLink(command, user, facts);
    case 'remove-idp-link':
      return decideRemoveIdpLink(command, user);
    case 'apply-referral':
      return decideApplyReferral(command, user);
    case 'consume-quota':
      return decideConsumeQuota(command, user, facts);
    case 'delete-user':
      return decideDelete(user, facts);
  }
}
