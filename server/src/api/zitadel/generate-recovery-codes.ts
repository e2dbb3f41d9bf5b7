import { Secret } from 'otpauth';
import type { Random } from '../../app/ports/secrets.ts';
import { type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { GenerateRecoveryCodesResponseSchema } from './protocol/user-service.ts';
import { withDetails, writeOn } from './write-on.ts';

/** Bytes that ten characters of base32 are cut from. */
const RANDOM_BYTES = 7;

/** Makes recovery codes and hands them out, this once. Those there were end. */
export function generateRecoveryCodes({
  users,
  secrets,
  random,
}: Pick<ZitadelServices, 'users' | 'secrets' | 'random'>): HandlerOf<'generateRecoveryCodes'> {
  return async (call) => {
    const { userId, count } = call.message;
    const recoveryCodes = Array.from({ length: count }, () => newCode(random));
    const digests = recoveryCodes.map((code) => secrets.secretDigest(`recovery code of ${userId}`, code));
    const submission = writeOn(call, {
      kind: 'human',
      command: { type: 'set-recovery-codes', digests },
      isSecret: true,
      answer: withDetails(GenerateRecoveryCodesResponseSchema, { recoveryCodes }),
    });
    return resultOf(await users.submit(submission));
  };
}

/** Fifty bits, of characters that are not mistaken for each other, in two groups: `ABCDE-FGHJK`. */
function newCode(random: Pick<Random, 'hex'>): string {
  const text = Secret.fromHex(random.hex(RANDOM_BYTES)).base32;
  return `${text.slice(0, 5)}-${text.slice(5, 10)}`;
}
