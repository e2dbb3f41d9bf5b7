import Type from 'typebox';
import { members, SECRET_PATTERN, secret, text } from './setup-values.ts';

const names = { givenName: text('Given name.'), familyName: text('Family name.') };

const account = {
  id: Type.Optional(text('Id of the user; one is generated when it is left out.')),
  username: Type.Optional(text('Sign-in name. A user without an id is matched by it.')),
  personalAccessToken: Type.Optional(
    secret('Bearer token of the user; revoked when it leaves this file.', SECRET_PATTERN),
  ),
};

const contacts = {
  email: Type.Optional(text('E-mail address.', { pattern: '^[^\\s@]+@[^\\s@]+$' })),
  emailVerified: Type.Optional(Type.Boolean({ description: 'Whether the e-mail address counts as verified.' })),
  phone: Type.Optional(text('Phone number in E.164 form.', { pattern: '^\\+[1-9][0-9]{3,14}$' })),
  phoneVerified: Type.Optional(Type.Boolean({ description: 'Whether the phone number counts as verified.' })),
  password: Type.Optional(secret('Password; set when it is new or changed in this file.')),
};

export const Administrator = members({ ...account, ...names, ...contacts });

const Membership = members({
  organization: text('Id or name of another organization of this file.'),
  roles: Type.Array(text('Role code.'), { description: 'Roles held there.', minItems: 1, uniqueItems: true }),
});

/** Which members belong to which kind is checked apart, for errors that say so. */
export const UserEntry = members({
  kind: Type.Optional(
    Type.Enum(['human', 'machine'], {
      description: 'A person, or a program that calls with a key, a secret or a token.',
      default: 'human',
    }),
  ),
  ...account,
  name: Type.Optional(text('Name of a machine.')),
  description: Type.Optional(text('What a machine is there for.', { max: 500 })),
  givenName: Type.Optional(names.givenName),
  familyName: Type.Optional(names.familyName),
  ...contacts,
  memberships: Type.Optional(
    Type.Array(Membership, { description: 'Roles the user holds in other organizations.', maxItems: 100 }),
  ),
  roles: Type.Optional(Type.Array(text('Role code.'), { description: 'Roles the user holds.', uniqueItems: true })),
});
