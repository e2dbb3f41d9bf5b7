import type { TSchema } from 'typebox';
import type { Operation, Parameter } from '../shared/operation.ts';
import * as models from './models.ts';
import {
  CreateTokenBody,
  CreateUserBody,
  CreateUserWithPolicyBody,
  UpdatePolicyBody,
  UpdateUserBody,
} from './schema.ts';
import { MAX_PAGE_SIZE, SEARCH_FIELDS, SORT_FIELDS } from './user-search.ts';

const USERS = 'Users';

const query = (name: string, schema: object, description?: string): Parameter => ({
  name,
  in: 'query',
  schema,
  ...(description !== undefined && { description }),
});
const word = (values: readonly string[], standard?: string) => ({
  type: 'string',
  enum: values,
  ...(standard !== undefined && { default: standard }),
});
const time = { type: 'string', format: 'date-time' };

const LIST: readonly Parameter[] = [
  query('page', { type: 'integer', minimum: 0, default: 0 }),
  query('size', { type: 'integer', minimum: 1, maximum: MAX_PAGE_SIZE, default: 10 }),
  query('sortBy', word(SORT_FIELDS, 'dateRegistered')),
  query('sortDirection', word(['asc', 'desc'], 'desc')),
  query('searchBy', word(SEARCH_FIELDS)),
  query(
    'searchValue',
    { type: 'string' },
    'A part of that text, in any letter case; an id whole. It needs `searchBy`.',
  ),
  query('isFraud', { type: 'boolean' }),
  query('registrationStartDate', time, 'Registered then or later.'),
  query('registrationEndDate', time, 'Registered then or before.'),
];
const RETURNS_EXISTING = query(
  'returnExistingUserIfExists',
  { type: 'boolean', default: false },
  'Answers the user that is there instead of a refusal.',
);

const reading = (
  id: string,
  summary: string,
  schema: TSchema,
  refusals: readonly number[],
  parameters: readonly Parameter[] = [],
): Operation => ({
  id,
  summary,
  tag: USERS,
  changes: false,
  parameters,
  answers: { 200: { description: 'It was found.', schema } },
  refusals,
});

const changing = (
  id: string,
  summary: string,
  body: TSchema,
  refusals: readonly number[],
  parameters: readonly Parameter[] = [],
): Operation => ({
  id,
  summary,
  tag: USERS,
  changes: true,
  parameters,
  body: { schema: body, required: true },
  answers: { 200: { description: 'The user as the call left it.', schema: models.UserView } },
  refusals,
});

const OF_UPDATES = [403, 404, 409];
const OF_ONE = [403, 404];

/** What the document says of each call. */
export const OPERATIONS = {
  createToken: {
    id: 'createToken',
    summary: "An access token for a client's credentials",
    tag: 'Tokens',
    changes: false,
    security: [[]],
    body: { schema: CreateTokenBody, required: true },
    answers: { 200: { description: 'The token.', schema: models.Token } },
    refusals: [401],
  },
  createUser: changing('createUser', 'Makes a user', CreateUserBody, [409], [RETURNS_EXISTING]),
  createUserWithPolicy: changing(
    'createUserWithPolicy',
    'Makes a user for a policy',
    CreateUserWithPolicyBody,
    [409],
    [RETURNS_EXISTING],
  ),
  updateUser: changing('updateUser', 'Changes the members sent and keeps the others', UpdateUserBody, OF_UPDATES),
  updatePolicy: changing('updatePolicy', 'Sets the policy of a user', UpdatePolicyBody, OF_UPDATES),
  listUsers: reading('listUsers', 'Users by pages, as a list', models.UserList, [], LIST),
  listUsersByPage: reading('listUsersByPage', 'Users by pages, and how many there are', models.UserPage, [], LIST),
  getUserByPhone: reading('getUserByPhone', 'A user by its phone number, in E.164', models.UserView, OF_ONE),
  getUserById: reading('getUserById', 'A user', models.UserView, OF_ONE),
  getUserSummary: reading('getUserSummary', 'A user and its vehicles', models.UserSummary, OF_ONE),
} as const satisfies Readonly<Record<string, Operation>>;
