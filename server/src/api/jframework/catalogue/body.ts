import { type TSchema, Type } from 'typebox';
import type { WireError } from '../envelope.ts';
import { pascalCase } from '../fields.ts';
import { invalidBody } from '../read-body.ts';
import { STATUSES, type Status } from '../section.ts';

const LONGEST_NAME = 200;
const LONGEST_TEXT = 4000;

/** Members of bodies: absent keeps what is there, `null` is none. */
export const optional = <S extends TSchema>(schema: S) => Type.Optional(Type.Union([schema, Type.Null()]));

export const name = () => Type.String({ minLength: 1, maxLength: LONGEST_NAME });
export const id = () => Type.String({ minLength: 1, maxLength: LONGEST_NAME });
export const text = () => optional(Type.String({ maxLength: LONGEST_TEXT }));
export const flag = () => optional(Type.Boolean());
export const integer = (minimum = 0) => optional(Type.Integer({ minimum, maximum: Number.MAX_SAFE_INTEGER }));
export const place = () => integer(Number.MIN_SAFE_INTEGER);
export const word = <const V extends readonly string[]>(values: V) =>
  optional(Type.Unsafe<V[number]>(Type.Enum([...values])));
const OLDER_STATUSES = [0, 1, '0 - Inactive', '1 - Active'] as const;
type OlderStatus = (typeof OLDER_STATUSES)[number];

/** By its name, or by the number that older clients send, alone or before the name. */
export const status = () => optional(Type.Enum([...STATUSES, ...OLDER_STATUSES]));
export const ids = () => Type.Array(id(), { minItems: 1, maxItems: 1000 });

export function statusOf(sent: Status | OlderStatus | null | undefined, known: Status | undefined): Status {
  if (sent === undefined) return known ?? 'Active';
  return sent === 0 || sent === '0 - Inactive' || sent === 'Inactive' ? 'Inactive' : 'Active';
}

/** What a member stands for where it may be none. */
export function kept<V>(sent: V | null | undefined, known: V | null | undefined): V | null {
  return sent === undefined ? (known ?? null) : sent;
}

/** What stands for members that may be none. */
export function keptOf<S, K extends keyof S & string>(
  names: readonly K[],
  sent: S,
  known: Kept<S, K> | null | undefined,
): Kept<S, K> {
  return Object.fromEntries(names.map((name) => [name, kept(sent[name], known?.[name])])) as Kept<S, K>;
}

type Kept<S, K extends keyof S> = { readonly [P in K]-?: NonNullable<S[P]> | null };

/** Errors of values, gathered. */
export class Problems {
  readonly #errors: WireError[] = [];

  /** Notes that a member is not valid. */
  add(member: string, message: string): void {
    this.#errors.push({ code: `Invalid${pascalCase(member)}`, message });
  }

  /** @throws Refusal 400 with all of them, when there are any */
  throw(): void {
    if (this.#errors.length > 0) throw invalidBody(this.#errors);
  }
}
