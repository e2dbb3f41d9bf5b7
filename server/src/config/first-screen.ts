import type { Setup, SetupOrganization, SetupUser } from './setup.ts';
import { shellWord } from './shell.ts';

/** What a first start prints; `file` is where the generated secrets were written. */
export interface FirstScreen {
  readonly setup: Setup;
  /** Where the commands reach the server, without a trailing slash. */
  readonly baseUrl: string;
  readonly file: string;
}

/** Plain text: where the secrets lie, and for each dialect one command for a POSIX shell that updates the sample user. */
export function renderFirstScreen({ setup, baseUrl, file }: FirstScreen): string {
  const [organization] = setup.organizations;
  const user = organization?.users[0];
  const commands = organization === undefined || user === undefined ? [] : updates(organization, user, baseUrl);
  return [
    'This is the first start: the database was empty, and no setup file was named.',
    '',
    `  organization   ${organization?.name}`,
    `  sample user    ${user?.givenName} ${user?.familyName}, id ${user?.id}`,
    `  secrets        ${file} (for your eyes only)`,
    '',
    'Each command below updates the sample user through another API. Paste any of them into a shell.',
    '',
    `All calls of all APIs are described at ${baseUrl}/docs`,
    '',
    ...commands.flatMap(({ title, command }) => [`# ${title}`, command, '']),
  ].join('\n');
}

interface Update {
  readonly title: string;
  readonly command: string;
}

function updates(organization: SetupOrganization, user: SetupUser, base: string): readonly Update[] {
  return [
    { title: 'Zitadel: nick name', command: zitadelUpdate(organization, user, base) },
    { title: 'JFramework: bio, as the sample user itself', command: jframeworkUpdate(organization, user, base) },
    { title: 'Avibra: first name', command: avibraUpdate(organization, user, base) },
    { title: 'Ownli: a custom field', command: ownliUpdate(organization, user, base) },
  ];
}

const JSON_TYPE = `-H ${shellWord('Content-Type: application/json')}`;

function body(value: object): string {
  return `-d ${shellWord(JSON.stringify(value))}`;
}

function header(name: string, value = ''): string {
  return `-H ${shellWord(`${name}: ${value}`)}`;
}

/** A header whose value is a member of the JSON that another command prints. */
function headerFrom(name: string, prefix: string, member: string, command: string): string {
  return `-H "${name}: ${prefix}$(${command} |\n    sed -n 's/.*"${member}":"\\([^"]*\\)".*/\\1/p')"`;
}

function lines(...parts: readonly string[]): string {
  return parts.join(' \\\n  ');
}

function zitadelUpdate({ administrators }: SetupOrganization, user: SetupUser, base: string): string {
  return lines(
    `curl -sS -X PUT ${shellWord(`${base}/v2/users/human/${user.id}`)}`,
    header('Authorization', `Bearer ${administrators[0]?.personalAccessToken}`),
    JSON_TYPE,
    body({ profile: { givenName: user.givenName, familyName: user.familyName, nickName: 'Sammy' } }),
  );
}

function jframeworkUpdate({ jframework }: SetupOrganization, user: SetupUser, base: string): string {
  const brand = header('Brand-URL', jframework?.brandUrls[0]);
  const signIn = body({ username: user.username, password: user.password });
  return lines(
    `curl -sS -X PUT ${shellWord(`${base}/api/v1/users/${user.id}`)}`,
    `${brand} ${JSON_TYPE}`,
    headerFrom(
      'Auth-Key',
      '',
      'authKey',
      `curl -sS ${shellWord(`${base}/api/v1/users/auth`)} ${brand} ${JSON_TYPE} ${signIn}`,
    ),
    body({ username: user.username, emailAddress: user.email, bio: 'Hello from JFramework' }),
  );
}

function avibraUpdate({ avibra }: SetupOrganization, user: SetupUser, base: string): string {
  const form = {
    grant_type: 'client_credentials',
    client_id: avibra?.clientId ?? '',
    client_secret: avibra?.clientSecret ?? '',
    scope: avibra?.scope ?? '',
  };
  const token = `curl -sS ${shellWord(`${base}/oauth2/token`)} -d ${shellWord(new URLSearchParams(form).toString())}`;
  return lines(
    `curl -sS ${shellWord(`${base}/user/account/update`)}`,
    `${header('Version', 'v2')} ${header('x-api-key', avibra?.apiKey)} ${JSON_TYPE}`,
    // Another key each time, so that a later paste is a new update and no replay.
    `-H "Idempotency-Key: first-$(date +%s)"`,
    headerFrom('Authorization', 'Bearer ', 'access_token', token),
    body({ userid: user.id, partnername: avibra?.partnerName, firstname: 'Samantha' }),
  );
}

function ownliUpdate({ ownli }: SetupOrganization, user: SetupUser, base: string): string {
  const credentials = {
    partnerId: ownli?.partnerId,
    clientId: ownli?.clientId,
    clientSecret: ownli?.clientSecret,
    scope: 'admin',
  };
  const token = `curl -sS ${shellWord(`${base}/api/auth/token`)} ${JSON_TYPE} ${body(credentials)}`;
  return lines(
    `curl -sS -X PUT ${shellWord(`${base}/api/users/${user.id}`)}`,
    JSON_TYPE,
    headerFrom('Authorization', 'Bearer ', 'access_token', token),
    body({ customField1: 'Hello from Ownli' }),
  );
}
