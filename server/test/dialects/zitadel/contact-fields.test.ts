import type { DescField, DescMessage, DescMethod, JsonObject, JsonValue } from '@bufbuild/protobuf';
import { afterAll, describe, expect, it } from 'vitest';
import { UserService } from '../../../src/api/zitadel/protocol/user-service.ts';
import { ACME } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { rowCounts } from '../../system/mounted-routes.ts';
import { zitadelSetup } from './support.ts';
import { transportsOf } from './transports.ts';

/**
 * What is wrong with an address, a number or a link template is told alike by every method that takes one, found in
 * the descriptors, and before it is asked whether there is such a user.
 */
const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());
const { rest, grpc } = transportsOf(tessera, ACME.adminPat);

type Path = readonly DescField[];

function pathsTo(name: string, message: DescMessage, above: Path = []): Path[] {
  return message.fields.flatMap((field) => {
    const path = [...above, field];
    if (field.name === name && field.fieldKind === 'scalar') return [path];
    const goesOn = field.fieldKind === 'message' && !above.some((each) => each.message === field.message);
    return goesOn ? pathsTo(name, field.message, path) : [];
  });
}

const HUMAN = { profile: { givenName: 'Gi', familyName: 'Fa' }, email: { email: 'a@b.ch' } };
/** What a request needs besides; the user it names is nobody. */
const BASES: Readonly<Record<string, JsonObject>> = {
  AddHumanUser: HUMAN,
  CreateUser: { organizationId: ACME.id, human: HUMAN },
  SetEmail: { email: 'a@b.ch' },
};
/** Without a word of a contact that would be written. */
const ELSEWHERE = new Set(['ListUsers', 'StartIdentityProviderIntent', 'RetrieveIdentityProviderIntent']);

/** The request with a value where `path` leads. */
function withValue(base: JsonObject, path: Path, value: JsonValue): JsonObject {
  const [field, ...below] = path;
  if (field === undefined) return base;
  const inner = (base[field.jsonName] ?? (field.jsonName === 'email' ? { email: 'a@b.ch' } : {})) as JsonObject;
  return { ...base, [field.jsonName]: below.length === 0 ? value : withValue(inner, below, value) };
}

interface Fault {
  readonly field: string;
  readonly value: string;
  readonly message: string;
}

const FAULTS: readonly Fault[] = [
  { field: 'email', value: 'Ann <a@b.ch>', message: 'Email is invalid (EMAIL-599GV)' },
  { field: 'phone', value: 'call me', message: 'Phone is invalid (PHONE-so0wa)' },
  { field: 'url_template', value: 'https://x.test/{{.Code', message: 'URL Template is invalid (DOMAIN-oGh5e)' },
  { field: 'url_template', value: 'https://x.test/{{.Name}}', message: 'URL Template is invalid (DOMAIN-ieYa7)' },
];

const cases = FAULTS.flatMap((fault) =>
  UserService.methods
    .filter(({ name }) => !ELSEWHERE.has(name))
    .flatMap((method) =>
      pathsTo(fault.field, method.input).map((path): [string, DescMethod, Path, Fault] => [
        `${method.name}.${path.map(({ jsonName }) => jsonName).join('.')} ${fault.value}`,
        method,
        path,
        fault,
      ]),
    ),
);

it('no method is missing', () => {
  const holding = (field: string) => [
    ...new Set(cases.filter(([, , , fault]) => fault.field === field).map(([, { name }]) => name)),
  ];
  expect(holding('email')).toEqual(
    expect.arrayContaining(['CreateUser', 'AddHumanUser', 'SetEmail', 'UpdateUser', 'UpdateHumanUser']),
  );
  expect(holding('phone')).toEqual(
    expect.arrayContaining(['CreateUser', 'AddHumanUser', 'SetPhone', 'UpdateUser', 'UpdateHumanUser']),
  );
  expect(holding('url_template')).toEqual(
    expect.arrayContaining([
      'SendEmailCode',
      'ResendEmailCode',
      'PasswordReset',
      'CreateInviteCode',
      'CreatePasskeyRegistrationLink',
    ]),
  );
});

it.each(cases)('%s', async (_title, method, path, { value, message }) => {
  const request = { userId: 'nobody', ...withValue(BASES[method.name] ?? {}, path, value) };
  const before = await rowCounts(tessera);
  for (const call of [rest, grpc]) expect(await call(method, request)).toMatchObject({ code: 3, message });
  expect(await rowCounts(tessera)).toEqual(before);
});

describe('a template that is no good', () => {
  const bad = { email: 'Ann <a@b.ch>', sendCode: { urlTemplate: 'https://x.test/{{.Code' } };
  const { addHumanUser, createUser, updateHumanUser, updateUser, setEmail } = UserService.method;
  it.each<[string, DescMethod, JsonObject]>([
    ['AddHumanUser', addHumanUser, { ...HUMAN, email: bad }],
    ['CreateUser', createUser, { organizationId: ACME.id, human: { ...HUMAN, email: bad } }],
    ['UpdateHumanUser', updateHumanUser, { userId: 'nobody', email: bad, password: {} }],
    ['UpdateUser', updateUser, { userId: 'nobody', human: { email: bad, phone: { phone: 'x' } } }],
    ['SetEmail', setEmail, { userId: 'nobody', ...bad }],
  ])('is told by %s before anything else', async (_name, method, request) => {
    expect(await rest(method, request)).toMatchObject({ code: 3, message: 'URL Template is invalid (DOMAIN-oGh5e)' });
  });
});
