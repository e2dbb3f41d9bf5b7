import type { DescField, JsonObject, JsonValue } from '@bufbuild/protobuf';
import { codePoints } from '../../../core/values/text.ts';
import { emailFault } from './email-rule.ts';
import { uriReferenceFault } from './go-url.ts';

/** Why a value breaks a rule, or undefined when it does not. */
export type Check = (value: unknown) => string | undefined;

/** A rule kind's compiler: takes the settings it knows out of `settings`. */
type Compile = (field: DescField, settings: Settings) => (Check | undefined)[];

/** The settings of one rule as protobuf JSON; each is taken out once, so that what remains is unsupported. */
export class Settings {
  readonly #left: Map<string, JsonValue>;
  readonly #where: string;

  constructor(rule: JsonValue | undefined, where: string) {
    this.#left = new Map(Object.entries((rule ?? {}) as JsonObject));
    this.#where = where;
  }

  take(name: string): JsonValue | undefined {
    const value = this.#left.get(name);
    this.#left.delete(name);
    return value;
  }

  /** A number, also when protobuf JSON writes it as a string. */
  takeNumber(name: string): number | undefined {
    const value = this.take(name);
    return value === undefined ? undefined : Number(value);
  }

  /** @throws Error when a setting was not taken */
  finish(): void {
    const [name] = this.#left.keys();
    if (name !== undefined) throw new Error(`validation rule ${name} of ${this.#where} is not supported`);
  }
}

/** The checks of single values by rule kind, in the order in which they run. */
const COMPILERS: Readonly<Record<string, Compile>> = {
  string: (_, settings) => [
    textLength(settings.takeNumber('minLen'), settings.takeNumber('maxLen')),
    settings.take('email') === true ? emailReason : undefined,
    settings.take('uriRef') === true ? uriReason : undefined,
  ],
  bytes: (_, settings) => [byteLength(settings.takeNumber('minLen'), settings.takeNumber('maxLen'))],
  bool: (_, settings) => [mustEqual(settings.take('const'))],
  enum: (field, settings) => [settings.take('definedOnly') === true ? definedOnly(field) : undefined],
  ...Object.fromEntries(
    ['int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64', 'float', 'double'].map((kind) => [kind, compileRange]),
  ),
};

/**
 * The check of one value by its `validate.rules`, given as protobuf JSON without rules on messages and lists.
 *
 * @throws Error for a rule kind or setting that is not supported
 */
export function compileRule(field: DescField, rule: JsonObject): Check | undefined {
  const checks = Object.entries(rule).flatMap(([kind, value]) => {
    const compile = COMPILERS[kind];
    if (compile === undefined) throw new Error(`validation rule ${kind} of ${field} is not supported`);
    const settings = new Settings(value, `${field}`);
    const compiled = compile(field, settings).filter((check) => check !== undefined);
    settings.finish();
    return compiled;
  });
  const [only] = checks;
  if (checks.length < 2) return only;
  return (value) => {
    for (const check of checks) {
      const reason = check(value);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
}

/** The check of a list's number of items. */
export function itemCount(min = 0, max = Number.POSITIVE_INFINITY): Check {
  const reason =
    min === max
      ? `value must contain exactly ${min} item(s)`
      : max === Number.POSITIVE_INFINITY
        ? `value must contain at least ${min} item(s)`
        : min === 0
          ? `value must contain no more than ${max} item(s)`
          : `value must contain between ${min} and ${max} items, inclusive`;
  return (value) => {
    const { length } = value as unknown[];
    return length < min || length > max ? reason : undefined;
  };
}

function textLength(min = 0, max = Number.POSITIVE_INFINITY): Check | undefined {
  if (min === 0 && max === Number.POSITIVE_INFINITY) return undefined;
  const reason = lengthReason(min, max, 'runes');
  return (value) => {
    const { length } = value as string;
    // A code point is one or two UTF-16 units: mostly the number of units decides without counting.
    if (length >= 2 * min && length <= max) return undefined;
    if (length < min || length > 2 * max) return reason;
    const runes = codePoints(value as string);
    return runes < min || runes > max ? reason : undefined;
  };
}

function byteLength(min = 0, max = Number.POSITIVE_INFINITY): Check {
  const reason = lengthReason(min, max, 'bytes');
  return (value) => {
    const { length } = value as Uint8Array;
    return length < min || length > max ? reason : undefined;
  };
}

function lengthReason(min: number, max: number, unit: string): string {
  if (min === max) return `value length must be ${min} ${unit}`;
  if (max === Number.POSITIVE_INFINITY) return `value length must be at least ${min} ${unit}`;
  return min === 0
    ? `value length must be at most ${max} ${unit}`
    : `value length must be between ${min} and ${max} ${unit}, inclusive`;
}

function emailReason(value: unknown): string | undefined {
  const fault = emailFault(value as string);
  return fault === undefined ? undefined : `value must be a valid email address | caused by: ${fault}`;
}

function uriReason(value: unknown): string | undefined {
  const fault = uriReferenceFault(value as string);
  return fault === undefined ? undefined : `value must be a valid URI | caused by: ${fault}`;
}

function mustEqual(expected: JsonValue | undefined): Check | undefined {
  if (expected === undefined) return undefined;
  return (value) => (value === expected ? undefined : `value must equal ${expected}`);
}

function definedOnly(field: DescField): Check {
  const numbers = new Set<unknown>(field.enum?.values.map((value) => value.number));
  return (value) => (numbers.has(value) ? undefined : 'value must be one of the defined enum values');
}

function compileRange(_field: DescField, settings: Settings): (Check | undefined)[] {
  const above = settings.takeNumber('gt');
  const from = settings.takeNumber('gte');
  const below = settings.takeNumber('lt');
  const to = settings.takeNumber('lte');
  const low = from ?? above;
  const high = to ?? below;
  if (low === undefined && high === undefined) return [];
  if (low !== undefined && high !== undefined && low > high) throw new Error('an outside range is not supported');
  const reason =
    low !== undefined && high !== undefined
      ? `inside range ${from === undefined ? '(' : '['}${low}, ${high}${to === undefined ? ')' : ']'}`
      : low !== undefined
        ? `greater than ${from === undefined ? '' : 'or equal to '}${low}`
        : `less than ${to === undefined ? '' : 'or equal to '}${high}`;
  return [
    (value) => {
      const number = value as number | bigint;
      const tooLow = low !== undefined && (from === undefined ? number <= low : number < low);
      const tooHigh = high !== undefined && (to === undefined ? number >= high : number > high);
      return tooLow || tooHigh ? `value must be ${reason}` : undefined;
    },
  ];
}
