import type { CommandSubmission } from '../../app/submission.ts';
import { loginNamesOf } from '../../core/user/login-names.ts';
import { writeDetails } from './details.ts';
import { answerWith, type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { RegisterTOTPResponseSchema, VerifyTOTPRegistrationResponseSchema } from './protocol/user-service.ts';
import { SECTION } from './section.ts';
import { checkTotp, newTotpSecret, totpUri } from './totp.ts';
import { withDetails, writeOn } from './write-on.ts';

/** Makes a secret for the user's authenticator app and hands it out, this once. */
export function registerTotp({
  users,
  secrets,
  random,
}: Pick<ZitadelServices, 'users' | 'secrets' | 'random'>): HandlerOf<'registerTOTP'> {
  return async (call) => {
    const secret = newTotpSecret(random);
    const submission = writeOn(call, {
      kind: 'human',
      command: { type: 'add-totp', sealedSecret: secrets.seal(secret) },
      isSecret: true,
      answer: (outcome) => {
        const { user } = outcome;
        const organization = users.directory.organization(user.organizationId);
        const uri = totpUri(secret, organization?.name ?? '', loginNamesOf(user, organization)[0]);
        return answerWith(RegisterTOTPResponseSchema, { details: writeDetails(outcome), uri, secret }, user.version);
      },
    });
    return resultOf(await users.submit(submission));
  };
}

/** A code of the app shows that it has the secret. Whether it does is looked up again when that is decided. */
export function verifyTotpRegistration({
  users,
  secrets,
  clock,
}: Pick<ZitadelServices, 'users' | 'secrets' | 'clock'>): HandlerOf<'verifyTOTPRegistration'> {
  const answer = withDetails(VerifyTOTPRegistrationResponseSchema);
  return async (call) => {
    const { userId, code } = call.message;
    const prepare = async (): Promise<CommandSubmission> => {
      const user = await users.find({ id: userId, kind: 'human', section: SECTION });
      const check = checkTotp(user?.factors.totp ?? null, code, clock(), secrets);
      return writeOn(call, { kind: 'human', command: { type: 'verify-totp', check }, answer });
    };
    return resultOf(await users.submitChecked(prepare));
  };
}
