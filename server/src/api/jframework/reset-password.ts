import type { Answer, Submission } from '../../app/submission.ts';
import { DomainError, type Reason } from '../../core/errors.ts';
import { checkCode } from '../../core/user/decide-contact.ts';
import { addressBlockOf } from '../shared/client-address.ts';
import type { Handler } from '../shared/route.ts';
import { reader } from '../shared/schema.ts';
import { answerOf, idempotencyOf, ifMatchOf } from '../shared/submit.ts';
import { anonymous } from './authenticate.ts';
import { type Brand, JFRAMEWORK } from './brands.ts';
import { commandTo } from './call.ts';
import { success } from './envelope.ts';
import { invalidToken } from './errors.ts';
import { userOfAddress } from './find-user.ts';
import { passwordCommand } from './password-change.ts';
import { ResetPasswordBody } from './password-schema.ts';
import { readBody } from './read-body.ts';
import { type Context, inBrand } from './services.ts';
import { inWholeSteps } from './whole-steps.ts';

const NOT_THE_TOKEN: ReadonlySet<Reason> = new Set<Reason>(['code_absent', 'code_expired', 'code_wrong']);
/** What a brand that hides unknown addresses does not tell either. */
const TELLING: ReadonlySet<Reason> = new Set<Reason>([...NOT_THE_TOKEN, 'user_not_found', 'user_initial']);

/** POST /users/reset-password: whoever has the token of the mail sets the password. Every session of the user ends. */
export function resetPassword(context: Context): Handler {
  const { users, brands, codes, clock, limits } = context;
  const body = reader(ResetPasswordBody);
  return async (request) => {
    const brand = brands.of(request.headers);
    const caller = anonymous(brand);
    const sent = readBody(request, body);
    const idempotency = idempotencyOf(request, { dialect: JFRAMEWORK, name: 'reset-password', caller, body: sent });
    const ifMatch = ifMatchOf(request);
    const prepare = async (): Promise<Submission> => {
      const found = await userOfAddress(sent.emailAddress, brand, context);
      if (found === null) throw new DomainError('user_not_found');
      const target = inBrand(brand, { id: found.id });
      const digest = codes.digest(found.id, 'password', sent.token);
      const wanted = { plain: sent.newPassword, proofOf: () => ({ kind: 'code', digest }) as const };
      const { command, user } = await passwordCommand(wanted, caller, target, brand, context);
      // A wrong token is counted, whatever it comes with, and learns no version.
      const isProven = checkCode(user.password.code, digest, clock()) === 'ok';
      return {
        ...commandTo(target, request, caller),
        command,
        ifMatch: isProven ? ifMatch : null,
        // A repetition, or a key that was used, would tell that there is a user.
        idempotency: brand.section.hidesUnknownAddresses ? undefined : idempotency,
        answer: ({ user: after }) => success(200, 'true', after.version),
      };
    };
    const reset = (): Promise<Answer> =>
      tellingAsLittle(brand, async () => answerOf(await users.submitChecked(prepare)));
    // Not for each user: whoever knows an address could keep its owner out. A token is too long to be guessed.
    return limits.run('code', { address: addressBlockOf(request) }, reset);
  };
}

function tellingAsLittle(brand: Brand, reset: () => Promise<Answer>): Promise<Answer> {
  const hides = brand.section.hidesUnknownAddresses === true;
  const silent = hides ? TELLING : NOT_THE_TOKEN;
  const attempt = async (): Promise<Answer> => {
    try {
      return await reset();
    } catch (error) {
      throw error instanceof DomainError && silent.has(error.reason) ? invalidToken() : error;
    }
  };
  return hides ? inWholeSteps(attempt) : attempt();
}
