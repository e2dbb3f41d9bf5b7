import { DomainError } from '../../core/errors.ts';
import type { ContactChange, UpdateUser } from '../../core/user/commands.ts';
import type { Profile, User } from '../../core/user/user.ts';
import type { Handler } from '../shared/route.ts';
import { reader } from '../shared/schema.ts';
import type { Brand } from './brands.ts';
import { callOf, changeUser, idOf } from './call.ts';
import { success, type WireError } from './envelope.ts';
import { FIELD_NAMES, FIELDS, type Field, requiredError } from './fields.ts';
import { invalidBody, readBody } from './read-body.ts';
import { UpdateUserBody } from './schema.ts';
import { type Context, inBrand, parentOf } from './services.ts';
import { renderUser } from './user-view.ts';

/** PUT /users/{id} */
export function updateUser(context: Context): Handler {
  const { users } = context;
  const body = reader(UpdateUserBody);
  return async (request) => {
    const call = await callOf(request, context);
    const { brand } = call;
    const sent = readBody(request, body);
    const before = await users.find(inBrand(brand, { id: idOf(request) }));
    if (before === null) throw new DomainError('user_not_found');
    const parent = await parentOf(users, before, brand);
    const sentFields = readFields(sent, brand);
    return changeUser(request, context, call, {
      name: 'update-user',
      command: (user) => commandFor(user, brand, sentFields),
      body: sent,
      answer: (user) => success(200, renderUser(user, brand, parent), user.version),
    });
  };
}

interface SentField {
  readonly field: Field;
  /** The text as sent; `null` clears. */
  readonly sent: string | null;
  /** What it stands for, `undefined` when it is not valid. */
  readonly value: string | null | undefined;
}

/** What the body says, as far as it can be judged without the record. */
interface SentFields {
  readonly fields: readonly SentField[];
  readonly errors: readonly WireError[];
}

/** Username and e-mail address are never cleared: where updates must carry them null is an error, elsewhere it keeps. */
function readFields(sent: UpdateUserBody, { section }: Brand): SentFields {
  const fields: SentField[] = [];
  const errors: WireError[] = [];
  for (const name of FIELD_NAMES) {
    const text = sent[name];
    const field = FIELDS[name];
    if (name === 'username' || name === 'emailAddress') {
      if (section.updateRequires === 'usernameAndEmail' && !text) {
        errors.push(requiredError(name));
        continue;
      }
      if (text === null) continue;
    }
    if (text !== undefined) fields.push({ field, sent: text, value: text === null ? null : field.parse(text) });
  }
  return { fields, errors };
}

/**
 * A kept field is named with the value it has: nothing changes, but the caller must be allowed to change it, or the
 * answer would tell a guess that is right from one that is wrong.
 */
function commandFor(user: User, brand: Brand, { fields, errors: found }: SentFields): UpdateUser {
  const profile: { -readonly [K in keyof Profile]?: string | null } = {};
  const command: { username?: string | null; email?: ContactChange; phone?: ContactChange } = {};
  const errors = [...found];
  for (const { field, sent, value } of fields) {
    const { place } = field;
    const keeps = sent === field.shown(user, brand);
    if (value === undefined && !keeps) errors.push(field.invalid);
    const next = keeps || value === undefined ? storedAt(user, place) : value;
    if (place === 'username') command.username = next;
    else if (place === 'email' || place === 'phone') command[place] = { value: next };
    else profile[place] = next;
  }
  return {
    type: 'update-user',
    ...command,
    profile: profile as UpdateUser['profile'] & object,
    ...(errors.length === 0 ? {} : { violation: invalidBody(errors) }),
  };
}

function storedAt(user: User, place: Field['place']): string | null {
  if (place === 'username') return user.username;
  if (place === 'email' || place === 'phone') return user[place].value;
  return user.profile[place];
}
