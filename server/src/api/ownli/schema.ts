import type { FastifyRequest } from 'fastify';
import Type, { type Static, type TSchema } from 'typebox';
import { jsonBody } from '../shared/body.ts';
import { Fault } from '../shared/faults.ts';
import { reader, type SchemaProblem, type SchemaReader } from '../shared/schema.ts';

/** `null` says the same as leaving the member out. */
function optional<T extends TSchema>(schema: T) {
  return Type.Optional(Type.Union([schema, Type.Null()]));
}

const text = Type.String();
const optionalText = optional(text);

const optionalMembers = {
  email: optionalText,
  isEmailVerified: optional(Type.Boolean()),
  isPhoneVerified: optional(Type.Boolean()),
  customField1: optionalText,
  customField2: optionalText,
  customField3: optionalText,
  customField4: optionalText,
  customField5: optionalText,
};

const optionalAddressMembers = {
  addressLine1: optionalText,
  addressLine2: optionalText,
  city: optionalText,
  country: optionalText,
  zip: optionalText,
};

/**
 * Shapes and types only: what a text may hold depends on the record too, since the value that was last shown is never
 * refused.
 */
export const UpdateUserBody = Type.Object({
  firstName: optionalText,
  lastName: optionalText,
  phone: optionalText,
  ...optionalMembers,
  address: optional(Type.Object({ ...optionalAddressMembers, state: optionalText })),
});
export type UpdateUserBody = Static<typeof UpdateUserBody>;
export type AddressBody = NonNullable<UpdateUserBody['address']>;

const createMembers = {
  firstName: text,
  lastName: text,
  phone: text,
  ...optionalMembers,
  address: Type.Object({ ...optionalAddressMembers, state: text }),
};

export const CreateUserBody = Type.Object(createMembers);
export type CreateUserBody = Static<typeof CreateUserBody>;

export const CreateUserWithPolicyBody = Type.Object({
  ...createMembers,
  policyInfo: Type.Object({ policyNumber: text, startDate: optionalText, endDate: optionalText }),
});
export type CreateUserWithPolicyBody = Static<typeof CreateUserWithPolicyBody>;

export const UpdatePolicyBody = Type.Object({ policyNumber: text, startDate: text, endDate: text });
export type UpdatePolicyBody = Static<typeof UpdatePolicyBody>;

export const CreateTokenBody = Type.Object({
  clientId: text,
  clientSecret: text,
  partnerId: text,
  scope: optional(Type.Enum(['admin', 'user'])),
});
export type CreateTokenBody = Static<typeof CreateTokenBody>;

export const updateUserBody: SchemaReader<UpdateUserBody> = reader(UpdateUserBody);
export const createUserBody: SchemaReader<CreateUserBody> = reader(CreateUserBody);
export const createUserWithPolicyBody: SchemaReader<CreateUserWithPolicyBody> = reader(CreateUserWithPolicyBody);
export const updatePolicyBody: SchemaReader<UpdatePolicyBody> = reader(UpdatePolicyBody);
export const createTokenBody: SchemaReader<CreateTokenBody> = reader(CreateTokenBody);

/**
 * The body of a request in the shape given. Members that the shape does not know are ignored.
 *
 * @throws Fault `malformed_body`
 */
export function bodyOf<T>(request: FastifyRequest, shape: SchemaReader<T>): T {
  const result = shape.read(jsonBody(request));
  if ('value' in result) return result.value;
  throw new Fault('malformed_body', sentence(result.problems[0]));
}

/** Names a member of ours, never one that the caller invented. */
function sentence(problem: SchemaProblem | undefined): string {
  if (problem === undefined || problem.path === '') return 'The body must be a JSON object.';
  return problem.rule === 'required' ? `${problem.path} is required.` : `${problem.path} has a wrong type or value.`;
}
