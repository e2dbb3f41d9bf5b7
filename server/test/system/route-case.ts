import type { DialectName } from '../support/clients.ts';
import type { TestResponse } from '../support/tessera.ts';
import type { Headers, Stranger, World } from './callers.ts';

export interface RouteCase {
  /** Status of the call when nothing is wrong with it. */
  readonly status: number;
  /** Path and body of a call on the user `id`. */
  call(world: World, id: string): Promise<Call> | Call;
  /** It hands out a token and writes nothing, so there is nothing to repeat or to precondition. */
  readonly stateless?: true;
  /** Even with nothing wrong it ends in a refusal, of which nothing is kept that could be given again. */
  readonly refused?: true;
  /** Its documentation has a repeated key refused, in the place of the first answer. */
  readonly unrepeatable?: true;
  /** A request without a body is an empty message, as the vendor's gateway has it. */
  readonly bodyOptional?: true;
  /** The text is that of a member whose value the path overrides: it may be any text, but must be one. */
  readonly textIsIgnored?: true;
  /** Who calls when nothing is wrong: the organization's own administrator or client, unless it is the instance's. */
  readonly by?: 'root';
  /** Strangers that may. A public route has no matrix: it asks for no caller at all. */
  readonly may: readonly Stranger[] | 'everybody';
}

export interface Call {
  readonly path: string;
  /** The body with a piece of JSON in a place where a text belongs; absent for a route whose body nobody reads. */
  readonly body?: (text: string) => string;
  /** What belongs in that place. */
  readonly text?: string;
  readonly headers?: Headers;
  /** The body is a form; the text goes in as it is. */
  readonly form?: boolean;
}

/** Credentials with which nothing is wrong. */
export function credentialsFor({ may, by }: RouteCase, dialect: DialectName, world: World): Headers {
  if (may === 'everybody') return world.headersOf(dialect, 'nobody');
  return by === 'root' ? world.root : world.owner[dialect];
}

/** Sends what a case says, under these headers. */
export function sendCase(
  { tessera }: Pick<World, 'tessera'>,
  name: string,
  { path, body, text = '' }: Call,
  headers: Headers,
): Promise<TestResponse> {
  return tessera.send(name.split(' ')[0] ?? '', path, { headers, ...(body && { body: body(text) }) });
}

let count = 0;

/** A number that no other call got. */
export function next(): number {
  count += 1;
  return count;
}

/** A word that nothing else is called. */
export function fresh(): string {
  return `word${next()}`;
}
export const quoted = (text: string): string => JSON.stringify(text);

/** A JSON object with one member, taken out of its text, whose value is the piece of JSON given. */
export function withMember(name: string, others: object): (text: string) => string {
  const rest = JSON.stringify(others).slice(1, -1);
  return (text) => `{${rest === '' ? '' : `${rest},`}${quoted(name)}:${text}}`;
}

/** The code that a change of a user returns. */
export async function codeFor(world: World, id: string, change: object, member: string): Promise<string> {
  const { json } = await world.tessera.send('PUT', `/v2/users/human/${id}`, {
    headers: world.owner.zitadel,
    body: change,
  });
  return json[member];
}
