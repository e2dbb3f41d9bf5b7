import Type, { type Static } from 'typebox';
import { DomainError } from '../../core/errors.ts';
import { reader, type SchemaReader } from '../shared/schema.ts';
import { membersOf } from '../shared/submit.ts';

/** As long as a path parameter may be, since other calls name the user in their path. */
const Id = Type.String({ minLength: 1, maxLength: 200 });
const Text = Type.String();
/** `null` is the same as leaving the member out. */
const OptionalText = Type.Optional(Type.Union([Text, Type.Null()]));

export const UpdateUserInfo = Type.Object({
  userid: Id,
  partnername: Id,
  firstname: OptionalText,
  lastname: OptionalText,
  email: OptionalText,
  phone: OptionalText,
});
export type UpdateUserInfo = Static<typeof UpdateUserInfo>;

export const AddressInfo = Type.Object({
  addressline1: OptionalText,
  addressline2: OptionalText,
  city: OptionalText,
  state: OptionalText,
  zip: OptionalText,
  country: OptionalText,
});
export type AddressInfo = Static<typeof AddressInfo>;

export const UserInfo = Type.Object({
  userid: Id,
  partnername: Id,
  firstname: Text,
  lastname: Text,
  email: Text,
  phone: Text,
  address: Type.Optional(Type.Union([AddressInfo, Type.Null()])),
});
export type UserInfo = Static<typeof UserInfo>;

/** What a registration page may show; a user need not be told of by more than its id. */
export const PrefillInfo = Type.Object({
  ...UpdateUserInfo.properties,
  address: Type.Optional(Type.Union([AddressInfo, Type.Null()])),
});
export type PrefillInfo = Static<typeof PrefillInfo>;

export const UserName = Type.Object({ userid: Id, partnername: Id });
export type UserName = Static<typeof UserName>;

/** More than anybody offers. */
const MAX_BENEFITS = 1000;

export const UserOfferInfo = Type.Object({
  userid: Id,
  partnername: Id,
  offername: OptionalText,
  benefits: Type.Optional(Type.Union([Type.Array(Text, { maxItems: MAX_BENEFITS }), Type.Null()])),
});
export type UserOfferInfo = Static<typeof UserOfferInfo>;

const Moment = Type.Union([Type.String({ format: 'date-time' }), Type.Null()]);

/** One benefit as it is answered. */
export const BenefitWithStatusInfo = Type.Object({
  benefitname: Text,
  benefitdescription: Type.Union([Text, Type.Null()]),
  offername: Text,
  status: Type.Enum(['active', 'pending', 'available']),
  swapeffectiveattimestamp: Moment,
  swapexpiresattimestamp: Moment,
});
export type BenefitWithStatusInfo = Static<typeof BenefitWithStatusInfo>;

export const LinkTokenInfo = Type.Object({ userid: Id, partnername: Id });
export type LinkTokenInfo = Static<typeof LinkTokenInfo>;

export const readUpdateUserInfo = bodyReader(reader(UpdateUserInfo));
export const readUserInfo = bodyReader(reader(UserInfo));
export const readPrefillInfo = bodyReader(reader(PrefillInfo));
export const readUserName = bodyReader(reader(UserName));
export const readUserOfferInfo = bodyReader(reader(UserOfferInfo));
export const readGetBenefitInfo = readUserName;
export const readLinkTokenInfo = bodyReader(reader(LinkTokenInfo));

/** @throws Fault `malformed_body`, DomainError `value_required` or `value_invalid` with the member's path */
function bodyReader<T>(schema: SchemaReader<T>): (body: unknown) => T {
  return (body) => {
    const result = schema.read(membersOf(body));
    if ('value' in result) return result.value;
    const problem = result.problems[0];
    const reason = problem?.rule === 'required' ? 'value_required' : 'value_invalid';
    throw new DomainError(reason, { field: problem?.path ?? '' });
  };
}
