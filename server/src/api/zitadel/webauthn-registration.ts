import type { JsonObject, RegistrationRequest } from '../../app/ports/webauthn.ts';
import type { CommandSubmission } from '../../app/submission.ts';
import { DomainError } from '../../core/errors.ts';
import type { RegisterWebAuthn, VerifyWebAuthn, WebAuthnFactor } from '../../core/user/commands.ts';
import { isRegistered } from '../../core/user/factors.ts';
import type { User, WebAuthnCredential } from '../../core/user/user.ts';
import { parseRelyingPartyId } from '../../core/values/relying-party.ts';
import type { MethodCall, ZitadelServices } from './method.ts';
import { SECTION } from './section.ts';
import { shownUsername } from './user-view.ts';
import { type Write, writeOn } from './write-on.ts';

interface RegisterRequest {
  readonly userId: string;
  readonly domain: string;
}

export interface Registration {
  readonly command: RegisterWebAuthn;
  /** As the browser takes it. */
  readonly publicKeyCredentialCreationOptions: JsonObject;
}

/**
 * A registration that has a challenge, and is still to be put into the record.
 *
 * @throws DomainError `domain_invalid`, `user_not_found`
 */
export async function begunRegistration(
  { userId, domain }: RegisterRequest,
  factor: WebAuthnFactor,
  attachment: RegistrationRequest['attachment'],
  { users, webAuthn, nextId, publicUrl }: Pick<ZitadelServices, 'users' | 'webAuthn' | 'nextId' | 'publicUrl'>,
): Promise<Registration> {
  const rpId = parseRelyingPartyId(domain === '' ? new URL(publicUrl()).hostname : domain);
  if (rpId === null) throw new DomainError('domain_invalid', { field: `factors.${factor}` });
  const user = await users.find({ id: userId, kind: 'human', section: SECTION });
  if (user === null) throw new DomainError('user_not_found');
  const name = shownUsername(user);
  const { options, challenge } = await webAuthn.begin({
    rpId,
    user: { id: user.id, name, displayName: user.profile.displayName ?? name },
    isPasskey: factor === 'passkeys',
    attachment,
    exclude: registeredFor(rpId, user),
  });
  return {
    command: { type: 'register-webauthn', factor, id: nextId(), rpId, challenge },
    publicKeyCredentialCreationOptions: { publicKey: options },
  };
}

interface Verification {
  readonly factor: WebAuthnFactor;
  readonly id: string;
  readonly name: string;
  readonly response: JsonObject;
  readonly answer: Write['answer'];
}

/** Checks what an authenticator answered. Whether it may finish a registration is decided with the record. */
export async function verification(
  call: MethodCall<{ readonly userId: string }>,
  { factor, id, name, response, answer }: Verification,
  { users, webAuthn }: Pick<ZitadelServices, 'users' | 'webAuthn'>,
): Promise<CommandSubmission> {
  const entryOf = (user: User): WebAuthnCredential | undefined => user.factors[factor].find((entry) => entry.id === id);
  const found = await users.find({ id: call.message.userId, kind: 'human', section: SECTION });
  const { rpId = '', challenge = null } = (found && entryOf(found)) ?? {};
  const isPasskey = factor === 'passkeys';
  const key = challenge === null ? null : await webAuthn.check(response, { rpId, challenge, isPasskey });
  const check = { against: challenge, key };
  const command = (user: User): VerifyWebAuthn => {
    const byCode = entryOf(user)?.byCode ?? false;
    return { type: 'verify-webauthn', factor, id, name, check, byCode };
  };
  return writeOn(call, { kind: 'human', command, answer });
}

function registeredFor(rpId: string, { factors }: User): string[] {
  return [...factors.passkeys, ...factors.u2f]
    .filter((entry) => isRegistered(entry) && entry.rpId === rpId)
    .flatMap(({ credential }) => credential?.id ?? []);
}
