import { Type } from 'typebox';

const members = <P extends Record<string, Parameters<typeof Type.Array>[0]>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });
const text = Type.String();
const nullableText = Type.Union([text, Type.Null()]);
const time = Type.String({ format: 'date-time' });

export const PolicyView = members({
  policyNumber: text,
  startDate: Type.Union([time, Type.Null()]),
  endDate: Type.Union([time, Type.Null()]),
});

/** The user object; `policyInfo` is there where the user has a policy. */
export const UserView = Type.Object(
  {
    id: text,
    firstName: nullableText,
    lastName: nullableText,
    email: nullableText,
    phone: nullableText,
    adminNote: nullableText,
    customField1: nullableText,
    customField2: nullableText,
    customField3: nullableText,
    customField4: nullableText,
    customField5: nullableText,
    address: members({
      addressLine1: nullableText,
      addressLine2: nullableText,
      city: nullableText,
      state: nullableText,
      country: nullableText,
      zip: nullableText,
    }),
    tosAnswer: Type.Enum(['None', 'Accepted', 'Declined']),
    partnerCode: nullableText,
    dateRegistered: time,
    updated: time,
    emailVerified: Type.Boolean(),
    phoneVerified: Type.Boolean(),
    fraud: Type.Boolean(),
    policyInfo: Type.Optional(PolicyView),
  },
  { additionalProperties: false },
);

export const UserList = Type.Array(UserView);

/** `itemsOnPage` counts the users of this page. */
export const UserPage = members({
  totalItems: Type.Integer({ minimum: 0 }),
  currentPage: Type.Integer({ minimum: 0 }),
  totalPages: Type.Integer({ minimum: 0 }),
  itemsOnPage: Type.Integer({ minimum: 0 }),
  users: UserList,
});

/** Vehicles are not kept. */
export const UserSummary = Type.Array(
  members({ user: UserView, vehicles: Type.Array(Type.Unknown(), { maxItems: 0 }) }),
);

export const Token = members({
  access_token: text,
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer(),
  partner_id: text,
  scope: Type.Enum(['admin', 'user']),
});

export const Refusal = members({ error_code: text, error_message: text });
