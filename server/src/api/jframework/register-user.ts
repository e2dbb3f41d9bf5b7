import type { Receipt } from '../../app/submission.ts';
import { DomainError } from '../../core/errors.ts';
import type { CreateUser } from '../../core/user/commands.ts';
import type { User } from '../../core/user/user.ts';
import { checkLevel } from '../../core/values/password-policy.ts';
import type { Handler } from '../shared/route.ts';
import { reader, type SchemaReader } from '../shared/schema.ts';
import { answerOf, idempotencyOf, ifMatchOf } from '../shared/submit.ts';
import { anonymous } from './authenticate.ts';
import { type Brand, JFRAMEWORK } from './brands.ts';
import { commandTo } from './call.ts';
import { success, type WireError } from './envelope.ts';
import { errorOf } from './errors.ts';
import { FIELDS, type FieldName } from './fields.ts';
import { invalidBody, readBody } from './read-body.ts';
import { ownerOfCode } from './referrals.ts';
import { RegisterBody, RegisterByEmailBody, RegisterByPhoneBody } from './schema.ts';
import { type Context, inBrand, PACKAGE_LIFETIME } from './services.ts';
import { renderUser } from './user-view.ts';

/** A referral code that somebody has already is drawn again; there are 300 million. */
const REFERRAL_DRAWS = 5;

/** What any of the registrations may say. */
type Sent = { readonly [N in FieldName]?: string | null } & {
  readonly password: string;
  readonly confirmPassword?: string | null;
  readonly referralCode?: string | null;
};

interface Kind {
  /** Of the operation, for idempotency keys. */
  readonly name: string;
  readonly body: SchemaReader<Sent>;
  /** The members that become fields of the record; other known ones are not this registration's. */
  readonly fields: readonly FieldName[];
  /** Whether a second writing of the password is looked at. */
  readonly confirms: boolean;
}

const UNCONFIRMED = { code: 'InvalidConfirmPassword', message: 'The confirmPassword must equal the password.' };
const NAMES = ['firstName', 'lastName', 'nickName'] as const;

/** POST /users/register */
export function registerUser(context: Context): Handler {
  const fields = ['username', 'emailAddress', 'phoneNumber', ...NAMES] as const;
  return registration(context, { name: 'register', body: olderToo(reader(RegisterBody)), fields, confirms: false });
}

/** POST /users/register/email-address */
export function registerUserByEmail(context: Context): Handler {
  const body = reader(RegisterByEmailBody);
  return registration(context, { name: 'register-by-email', body, fields: ['emailAddress', ...NAMES], confirms: true });
}

/** POST /users/register/phone-number */
export function registerUserByPhone(context: Context): Handler {
  const body = reader(RegisterByPhoneBody);
  return registration(context, { name: 'register-by-phone', body, fields: ['phoneNumber', ...NAMES], confirms: true });
}

function registration(context: Context, { name, body, fields, confirms }: Kind): Handler {
  const { users, brands, hasher, nextId, clock } = context;
  return async (request) => {
    const brand = brands.of(request.headers);
    const caller = anonymous(brand);
    const sent = readBody(request, body);
    const idempotency = idempotencyOf(request, { dialect: JFRAMEWORK, name, caller, body: sent });
    const ifMatch = ifMatchOf(request);
    const { values, errors } = valuesOf(sent, fields, brand);
    if (confirms && (sent.confirmPassword ?? sent.password) !== sent.password) errors.push(UNCONFIRMED);
    const inviter = await inviterOf(sent.referralCode, brand, context);
    if (inviter === undefined) errors.push(errorOf('referral_invalid'));
    if (errors.length > 0) throw invalidBody(errors);

    const hash = await hasher.hash(sent.password);
    const id = nextId();
    const expires = brand.defaultPackage === null ? null : clock() + PACKAGE_LIFETIME;
    return answerOf(
      await drawReferralCode(context, (referralCode) =>
        users.submit({
          ...commandTo(inBrand(brand, { id }), request, caller),
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

/** The oldest clients call the address `email`. */
function olderToo<T>(body: SchemaReader<T>): SchemaReader<T> {
  return {
    schema: body.schema,
    read: (sent) => {
      const members = sent as Readonly<Record<string, unknown>>;
      return body.read(members.emailAddress ? members : { ...members, emailAddress: members.email });
    },
  };
}

type Values = Pick<CreateUser, 'username' | 'profile' | 'email' | 'phone'>;

function valuesOf(
  sent: Sent,
  fields: readonly FieldName[],
  { section }: Brand,
): { values: Values; errors: WireError[] } {
  const errors: WireError[] = [];
  const read = (name: FieldName): string | null => {
    const text = (fields.includes(name) ? sent[name] : null) ?? null;
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
  context: Context,
): Promise<User | null | undefined> {
  if (sent === null || sent === undefined || sent === '') return null;
  return (await ownerOfCode(sent, brand, context)) ?? undefined;
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
