import type { Receipt } from '../../app/submission.ts';
import { DomainError } from '../../core/errors.ts';
import { claimKeys } from '../../core/user/claims.ts';
import type { CreateUser } from '../../core/user/commands.ts';
import type { User } from '../../core/user/user.ts';
import { checkLevel } from '../../core/values/password-policy.ts';
import type { Handler } from '../shared/route.ts';
import { reader } from '../shared/schema.ts';
import { answerOf, idempotencyOf, ifMatchOf } from '../shared/submit.ts';
import { anonymous } from './authenticate.ts';
import { type Brand, JFRAMEWORK } from './brands.ts';
import { success, type WireError } from './envelope.ts';
import { errorOf } from './errors.ts';
import { FIELDS, type FieldName } from './fields.ts';
import { invalidBody, readBody } from './read-body.ts';
import { RegisterBody } from './schema.ts';
import { type Context, inBrand, PACKAGE_LIFETIME } from './services.ts';
import { renderUser } from './user-view.ts';

/** A referral code that somebody has already is drawn again; there are 300 million. */
const REFERRAL_DRAWS = 5;
const REFERRAL_CODE = /^[A-Z]{6}$/;

/** POST /users/register */
export function registerUser(context: Context): Handler {
  const { users, brands, hasher, nextId, clock } = context;
  const body = reader(RegisterBody);
  return async (request) => {
    const brand = brands.of(request.headers);
    const caller = anonymous(brand);
    const sent = readBody(request, body);
    const idempotency = idempotencyOf(request, { dialect: JFRAMEWORK, name: 'register', caller, body: sent });
    const ifMatch = ifMatchOf(request);
    const { values, errors } = valuesOf(sent, brand);
    const inviter = await inviterOf(sent.referralCode, brand, context);
    if (inviter === undefined) errors.push(errorOf('referral_invalid'));
    if (errors.length > 0) throw invalidBody(errors);

    const hash = await hasher.hash(sent.password);
    const id = nextId();
    const expires = brand.defaultPackage === null ? null : clock() + PACKAGE_LIFETIME;
    return answerOf(
      await drawReferralCode(context, (referralCode) =>
        users.submit({
          type: 'command',
          caller,
          dialect: JFRAMEWORK,
          requestId: request.id,
          target: inBrand(brand, { id }),
          command: {
            type: 'create-user',
            userId: id,
            organizationId: brand.organization.id,
            kind: 'human',
            ...values,
            password: { secret: { hash }, changeRequired: false },
            membership: { package: brand.defaultPackage, packageExpiresAt: expires, referralCode },
            ...(inviter ? { referrer: inviter.id } : {}),
          },
          ifMatch,
          idempotency,
          answer: ({ user }) => success(201, renderUser(user, brand, inviter ?? null), user.version),
        }),
      ),
    );
  };
}

type Values = Pick<CreateUser, 'username' | 'profile' | 'email' | 'phone'>;

function valuesOf(sent: RegisterBody, { section }: Brand): { values: Values; errors: WireError[] } {
  const errors: WireError[] = [];
  const read = (name: FieldName & keyof RegisterBody): string | null => {
    const text = sent[name] ?? null;
    // Forms send what was not filled in as empty text; nothing can be lost by it here.
    if (text === null || text === '') return null;
    const value = FIELDS[name].parse(text);
    if (value === undefined) errors.push(FIELDS[name].invalid);
    return value ?? null;
  };
  const username = read('username');
  const email = read('emailAddress');
  const phone = read('phoneNumber');
  const profile = { givenName: read('firstName'), familyName: read('lastName'), nickName: read('nickName') };
  try {
    checkLevel(sent.password, section.passwordPolicyLevel, email);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    errors.push(errorOf(error.reason));
  }
  return {
    values: {
      username,
      profile,
      ...(email === null ? {} : { email: { value: email } }),
      ...(phone === null ? {} : { phone: { value: phone } }),
    },
    errors,
  };
}

/** @returns `null` when no code was sent, `undefined` when it is nobody's */
async function inviterOf(
  sent: string | null | undefined,
  brand: Brand,
  { users }: Context,
): Promise<User | null | undefined> {
  if (sent === null || sent === undefined || sent === '') return null;
  const code = sent.toUpperCase();
  if (!REFERRAL_CODE.test(code)) return undefined;
  const claim = claimKeys.referral(brand.organization.id, code);
  return (await users.find(inBrand(brand, { claim }))) ?? undefined;
}

async function drawReferralCode(
  { random }: Context,
  submit: (referralCode: string) => Promise<Receipt>,
): Promise<Receipt> {
  for (let draw = 1; ; draw += 1) {
    try {
      return await submit(referralCodeFrom(random.hex(6)));
    } catch (error) {
      if (!(error instanceof DomainError && error.reason === 'referral_invalid')) throw error;
      if (draw === REFERRAL_DRAWS) throw new DomainError('overloaded', { retryAfter: 1, cause: error });
    }
  }
}

function referralCodeFrom(hex: string): string {
  return String.fromCharCode(...Buffer.from(hex, 'hex').map((byte) => 0x41 + (byte % 26)));
}
