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

export const readUpdateUserInfo = bodyReader(reader(UpdateUserInfo));
export const readUserInfo = bodyReader(reader(UserInfo));

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
