import {
  type DescField,
  type DescMessage,
  type DescOneof,
  getOption,
  hasOption,
  type JsonObject,
  type Message,
  toJson,
} from '@bufbuild/protobuf';
import { disabled, FieldRulesSchema, ignored, required, rules } from '@zitadel/proto/validate/validate_pb';
import { goFieldName, goTypeName } from './go-names.ts';
import { type Check, compileRule, itemCount, Settings } from './rules.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The violation text of a message, or undefined. */
type Validate = (message: Fields) => string | undefined;

const compiled = new WeakMap<DescMessage, Validate>();

/**
 * The first field rule (`validate.rules`) that a message breaks, such as `invalid SetEmailRequest.UserId: value length
 * must be between 1 and 200 runes, inclusive`, or undefined. Plain fields are checked first, then the members of
 * oneofs, then fields declared `optional`, each group in the order of declaration; embedded messages at their place.
 *
 * @throws Error when the message's type has a rule that is not supported
 */
export function firstViolation(desc: DescMessage, message: Message): string | undefined {
  return validatorOf(desc)(message as Message & Fields);
}

/** Compiles the rules of a message type and of all it embeds, so that an unsupported rule shows up at the start. */
export function prepareRules(desc: DescMessage): void {
  validatorOf(desc);
}

function validatorOf(desc: DescMessage): Validate {
  const known = compiled.get(desc);
  if (known !== undefined) return known;
  const steps: Validate[] = [];
  const validate: Validate = (message) => {
    for (const step of steps) {
      const violation = step(message);
      if (violation !== undefined) return violation;
    }
    return undefined;
  };
  // Known before its fields are compiled: a message may embed itself.
  compiled.set(desc, validate);
  try {
    steps.push(...compileSteps(desc));
  } catch (error) {
    compiled.delete(desc);
    throw error;
  }
  return validate;
}

function compileSteps(desc: DescMessage): Validate[] {
  if (flag(desc, disabled) || flag(desc, ignored)) return [];
  const single = desc.fields.filter((field) => field.oneof === undefined);
  return [
    ...single.filter((field) => !field.proto.proto3Optional).map(compileField),
    ...desc.oneofs.map(compileOneof),
    ...single.filter((field) => field.proto.proto3Optional).map(compileField),
  ].filter((step) => step !== undefined);
}

function compileField(field: DescField): Validate | undefined {
  const check = compileValue(field);
  if (check === undefined) return undefined;
  const { localName } = field;
  const optional = field.proto.proto3Optional;
  return (message) => {
    const value = message[localName];
    return optional && value === undefined ? undefined : check(value);
  };
}

function compileOneof(oneof: DescOneof): Validate | undefined {
  const mustBeSet = flag(oneof, required);
  const members = new Map(oneof.fields.map((field) => [field.localName, compileValue(field)]));
  if (!mustBeSet && [...members.values()].every((check) => check === undefined)) return undefined;
  const missing = `${prefix(oneof)}value is required`;
  return (message) => {
    const { case: name, value } = message[oneof.localName] as { case?: string; value?: unknown };
    if (name === undefined) return mustBeSet ? missing : undefined;
    return members.get(name)?.(value);
  };
}

/** The check of a field's value; unlike a rule's it answers the whole violation, with the field's name. */
function compileValue(field: DescField): Check | undefined {
  const rule = hasOption(field, rules) ? (toJson(FieldRulesSchema, getOption(field, rules)) as JsonObject) : {};
  if (field.fieldKind === 'list') return compileList(field, rule);
  if (field.fieldKind === 'message') return compileMessage(field, rule);
  if (field.fieldKind === 'map') {
    const ruled = Object.keys(rule).length > 0 || embeds(field.message);
    if (ruled) throw new Error(`validation rules of the map ${field} are not supported`);
    return undefined;
  }
  const check = compileRule(field, rule);
  return check && named(prefix(field), check);
}

function compileMessage(field: DescField & { fieldKind: 'message' }, rule: JsonObject): Check | undefined {
  const { message: _message, timestamp: _timestamp, ...others } = rule;
  const settings = [new Settings(rule.message, `${field}`), new Settings(rule.timestamp, `${field}`)];
  const mustBeSet = settings.map((each) => each.take('required') === true).includes(true);
  for (const each of [...settings, new Settings(others, `${field}`)]) each.finish();
  const embedded = embeds(field.message) ? embeddedCheck(field.message) : undefined;
  if (!mustBeSet && embedded === undefined) return undefined;
  return named(prefix(field), (value) => {
    if (value === undefined) return mustBeSet ? 'value is required' : undefined;
    return embedded?.(value);
  });
}

function compileList(field: DescField & { fieldKind: 'list' }, rule: JsonObject): Check | undefined {
  const { repeated, ...others } = rule;
  const settings = new Settings(repeated, `${field}`);
  const min = settings.takeNumber('minItems');
  const max = settings.takeNumber('maxItems');
  const items = (settings.take('items') ?? {}) as JsonObject;
  for (const each of [settings, new Settings(others, `${field}`)]) each.finish();

  const count = min === undefined && max === undefined ? undefined : named(prefix(field), itemCount(min, max));
  const item = embeds(field.message) ? embeddedCheck(field.message) : compileRule(field, items);
  if (count === undefined && item === undefined) return undefined;
  return (value) => {
    const violation = count?.(value);
    if (violation !== undefined || item === undefined) return violation;
    for (const [i, element] of (value as unknown[]).entries()) {
      const reason = item(element);
      if (reason !== undefined) return prefix(field, `[${i}]`) + reason;
    }
    return undefined;
  };
}

/** Well-known types have no rules inside, and some are no messages in JavaScript. */
function embeds(message: DescMessage | undefined): message is DescMessage {
  return message !== undefined && !message.typeName.startsWith('google.protobuf.');
}

function embeddedCheck(message: DescMessage): Check {
  const validate = validatorOf(message);
  return (value) => {
    const violation = validate(value as Fields);
    return violation && `embedded message failed validation | caused by: ${violation}`;
  };
}

function named(start: string, check: Check): Check {
  return (value) => {
    const reason = check(value);
    return reason === undefined ? undefined : start + reason;
  };
}

function prefix(member: DescField | DescOneof, index = ''): string {
  return `invalid ${goTypeName(member.parent)}.${goFieldName(member)}${index}: `;
}

function flag(...[desc, option]: Parameters<typeof hasOption>): boolean {
  return hasOption(desc, option) && getOption(desc, option) === true;
}
