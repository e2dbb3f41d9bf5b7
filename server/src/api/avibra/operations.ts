import { type TSchema, Type } from 'typebox';
import { FORM_TYPE } from '../shared/media-type.ts';
import type { Operation } from '../shared/operation.ts';
import {
  BenefitWithStatusInfo,
  LinkTokenInfo,
  PrefillInfo,
  UpdateUserInfo,
  UserInfo,
  UserName,
  UserOfferInfo,
} from './schema.ts';

const text = Type.String();
const members = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

/** A refusal; the message is for people and may change. */
export const ErrorInfo = members({ errorcode: text, errormessage: text });

/** A refusal of the token call (RFC 6749, 5.2). */
export const TokenError = Type.Object(
  {
    error: Type.Enum([
      'invalid_request',
      'invalid_client',
      'unsupported_grant_type',
      'invalid_scope',
      'temporarily_unavailable',
      'server_error',
    ]),
    error_description: Type.Optional(text),
  },
  { additionalProperties: false },
);

export const TokenRequest = Type.Object({
  grant_type: Type.Literal('client_credentials'),
  scope: text,
  client_id: Type.Optional(text),
  client_secret: Type.Optional(text),
});

export const Token = members({
  access_token: text,
  expires_in: Type.Integer(),
  token_type: Type.Literal('Bearer'),
});

export const LinkToken = members({ linktoken: text });

/** The body of every success without more to say. */
export const Successful = Type.Literal('Successful');

export const TOKEN_TAG = 'Tokens';
const USERS = 'Users';
const OFFERS = 'Offers and benefits';
/** Schemes of calls that read the API key where there is one. */
const LOOSELY = [['bearer', 'apiKey'], ['bearer']];
const done = { 200: { description: 'It was done, or under `v1` accepted.', schema: Successful } };

const tokenRefused = (description: string) => ({ description, schema: TokenError });

const changing = (id: string, summary: string, of: Partial<Operation> & { readonly of?: TSchema }): Operation => {
  const { of: schema, ...others } = of;
  return {
    id,
    summary,
    tag: USERS,
    changes: true,
    ...(schema !== undefined && { body: { schema, required: true } }),
    answers: done,
    ...others,
  };
};

/** What the document says of each call. */
export const OPERATIONS = {
  token: {
    id: 'token',
    summary: 'An access token for the client of a partner',
    description: 'The client-credentials grant of RFC 6749; the client may also prove itself by HTTP Basic.',
    tag: TOKEN_TAG,
    changes: false,
    security: [[], ['basic']],
    body: { schema: TokenRequest, required: true, contentTypes: [FORM_TYPE] },
    answers: {
      200: { description: 'The token.', schema: Token },
      400: tokenRefused('The request is malformed, or the client is none: every refusal has this status.'),
      408: tokenRefused('The body did not arrive in time.'),
      413: tokenRefused('The body is larger than 1 MiB.'),
      429: tokenRefused('There were too many failures.'),
      500: tokenRefused('An internal error.'),
      503: tokenRefused('The service is overloaded.'),
    },
  },
  linkToken: {
    id: 'linkToken',
    summary: 'A token with which one user opens the portal, once',
    tag: TOKEN_TAG,
    changes: false,
    security: [['linkUser', 'apiKey']],
    body: { schema: LinkTokenInfo, required: true },
    answers: { 200: { description: 'The token.', schema: LinkToken } },
    refusals: [403, 429],
  },
  createUser: changing('createUser', 'Makes a user that the partner knows by an id of its own', {
    of: UserInfo,
    refusals: [404, 409],
  }),
  updateUser: changing('updateUser', 'Changes names, e-mail address and phone number of a user', {
    of: UpdateUserInfo,
    refusals: [404],
  }),
  cancelUser: changing('cancelUser', 'Ends what a user has from the partner', {}),
  cancelUserByPost: changing('cancelUserByPost', 'Ends what a user has from the partner, as older callers do', {
    deprecated: true,
  }),
  cancelNamedUser: changing('cancelNamedUser', 'Ends what the user in the body has from the partner', {
    of: UserName,
    deprecated: true,
  }),
  cancelOffers: changing('cancelOffers', 'Ends what a user has from the partner, as the documents of offers have it', {
    tag: OFFERS,
    deprecated: true,
  }),
  moveOffer: changing('moveOffer', 'Moves a user to another offer, chooses benefits for the next swap, or both', {
    of: UserOfferInfo,
    tag: OFFERS,
    security: LOOSELY,
    refusals: [404],
  }),
  prefillUser: changing('prefillUser', 'Keeps what a registration page shall show of somebody', {
    of: PrefillInfo,
    refusals: [404, 409],
  }),
  getBenefits: {
    id: 'getBenefits',
    summary: "Every benefit of a user's offer, and how it stands",
    tag: OFFERS,
    changes: false,
    security: LOOSELY,
    body: { schema: UserName, required: true },
    answers: { 200: { description: 'The benefits.', schema: Type.Array(BenefitWithStatusInfo) } },
    refusals: [404],
  },
} as const satisfies Readonly<Record<string, Operation>>;
