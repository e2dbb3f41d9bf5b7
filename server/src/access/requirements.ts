import type { Command, ContactChange, NewCode, PasswordChange } from '../core/user/commands.ts';
import { type Capability, FIELD_CAPABILITY, type FieldPath, type Part } from '../core/user/fields.ts';

/**
 * What the caller must be allowed to do for a command: per field it names, whether or not the value would change.
 * Commands that carry their own proof (a code, a password) need nothing more than a caller.
 */
export function requirementsOf(command: Command): ReadonlySet<Capability> {
  const needed = new Set<Capability>();
  switch (command.type) {
    case 'create-user':
      needed.add('create');
      verification(needed, command.email);
      verification(needed, command.phone);
      part(needed, 'extra', command.extra, CREATOR_MAY_SET);
      part(needed, 'policy', command.policy);
      part(needed, 'membership', command.membership, CREATOR_MAY_SET);
      if (command.enrolment !== undefined) field(needed, 'membership.benefits');
      if (command.tokens !== undefined) field(needed, 'credentials.tokens');
      if (command.idpLinks !== undefined) field(needed, 'factors.idpLinks');
      break;
    case 'update-user':
      if (command.username !== undefined) field(needed, 'username');
      part(needed, 'profile', command.profile);
      part(needed, 'address', command.address);
      part(needed, 'extra', command.extra);
      part(needed, 'policy', command.policy);
      part(needed, 'membership', command.membership);
      if (command.enrolment !== undefined) field(needed, 'membership.benefits');
      if (command.metadata !== undefined) field(needed, 'extra.metadata');
      contact(needed, command.email);
      contact(needed, command.phone);
      password(needed, command.password);
      if (command.state !== undefined) field(needed, 'state');
      if (command.setupTokens !== undefined) field(needed, 'credentials.tokens');
      if (command.accessTokenType !== undefined) field(needed, 'credentials.accessTokenType');
      // An empty update is a change of nothing, yet not everybody's to ask for.
      if (needed.size === 0) needed.add('profile');
      break;
    case 'request-password-reset':
      // A code that goes to the user alone is for the user to use, whoever asked for it.
      if (command.code.delivery === null) needed.add('credential');
      else if (!command.byHolder) needed.add('contact');
      break;
    case 'add-key':
    case 'remove-key':
      field(needed, 'credentials.keys');
      break;
    case 'add-token':
    case 'remove-token':
      field(needed, 'credentials.tokens');
      break;
    case 'set-secret':
    case 'remove-secret':
      field(needed, 'credentials.secret');
      break;
    case 'add-totp':
    case 'verify-totp':
      field(needed, 'factors.totp');
      break;
    case 'add-otp':
      field(needed, `factors.${command.factor}`);
      break;
    case 'set-recovery-codes':
      field(needed, 'factors.recoveryCodes');
      break;
    case 'remove-factor':
      // Without them a lost device locks the user out, so they are only for those to take away who may give others.
      needed.add(command.factor === 'recoveryCodes' ? 'enrolment' : 'factor');
      break;
    case 'request-contact-code':
      if (!command.byHolder) needed.add('contact');
      verification(needed, command);
      break;
    case 'create-invite':
    case 'resend-invite':
      needed.add('contact');
      verification(needed, command);
      break;
    case 'set-password':
      // A proof stands for the right.
      if (command.password.proof === null) needed.add('credential');
      break;
    case 'skip-mfa-init':
    case 'apply-referral':
    case 'consume-quota':
      needed.add('profile');
      break;
    case 'add-membership':
      field(needed, 'membership.elsewhere');
      break;
    case 'create-passkey-link':
      field(needed, 'factors.passkeyCode');
      break;
    case 'register-webauthn':
      // A code stands for the right.
      if (command.code === undefined) field(needed, `factors.${command.factor}`);
      break;
    case 'verify-webauthn':
      // So does the challenge, which only whoever began with the code was told.
      if (!command.byCode) field(needed, `factors.${command.factor}`);
      break;
    case 'remove-webauthn':
      needed.add('factor');
      break;
    case 'add-idp-link':
    case 'remove-idp-link':
      field(needed, 'factors.idpLinks');
      break;
    case 'register-device':
    case 'link-device':
    case 'change-device':
    case 'remove-device':
      field(needed, 'apps.devices');
      break;
    case 'save-app-setting':
    case 'remove-app-setting':
      field(needed, 'apps.settings');
      break;
    case 'delete-user':
      needed.add('delete');
      break;
    case 'verify-contact':
    case 'verify-invite':
    case 'check-password':
    case 'renew-session':
    case 'request-sign-in-code':
    case 'start-session':
      break;
  }
  return needed;
}

/** Fields the dialect fills in by itself for a new record: ids, and the organization's defaults. */
const CREATOR_MAY_SET: ReadonlySet<FieldPath> = new Set<FieldPath>([
  'extra.externalIds',
  'extra.metadata',
  'membership.package',
  'membership.packageExpiresAt',
  'membership.referralCode',
  'membership.referrer',
]);

function field(needed: Set<Capability>, path: FieldPath): void {
  const capability = FIELD_CAPABILITY[path];
  if (capability !== 'own') needed.add(capability);
}

function part(needed: Set<Capability>, name: Part, patch: object | undefined, free?: ReadonlySet<FieldPath>): void {
  if (patch === undefined) return;
  for (const key of Object.keys(patch)) {
    const path = `${name}.${key}` as FieldPath;
    if (!free?.has(path)) field(needed, path);
  }
}

function contact(needed: Set<Capability>, change: ContactChange | undefined): void {
  if (change === undefined) return;
  needed.add('contact');
  verification(needed, change);
}

interface Verification {
  readonly verified?: boolean;
  readonly code?: NewCode;
}

/** A code that is returned proves nothing by itself: whoever gets it could assert the verification as well. */
function verification(needed: Set<Capability>, change: Verification | undefined): void {
  if (change?.verified !== undefined || change?.code?.delivery === null) needed.add('assert_verified');
}

function password(needed: Set<Capability>, change: PasswordChange | undefined): void {
  if (change === undefined) return;
  needed.add(change.proof === null ? 'credential' : 'profile');
}
