import { type DescField, type DescMethod, getOption, hasOption } from '@bufbuild/protobuf';
import { openapiv2_operation } from '@zitadel/proto/protoc-gen-openapiv2/options/annotations_pb';
import { JSON_TYPE } from '../../shared/media-type.ts';
import type { DocumentedAnswer, Operation, Parameter } from '../../shared/operation.ts';
import type { RestRoute } from '../protocol/routes.ts';
import { CONNECT_ERROR, REFUSALS, STATUS } from './errors.ts';
import { messageSchemas } from './schemas.ts';

/** Deepest message of a query string. */
const MAX_DEPTH = 3;

/** What methods are called that look things up; over REST some of them are POST. */
const READS = /^(List|Get)/;

/** @param isServed whether the method is built; others answer that they are not */
export function restOperation({ method, pathFields, body }: RestRoute, isServed: boolean): Operation {
  const schemas = messageSchemas();
  const leaves = pathFields.map(({ fields }) => fields);
  const bound = leaves.flatMap(([first, ...nested]) => (first === undefined || nested.length > 0 ? [] : [first]));
  const whole = schemas.object(method.input, 'request', bound);
  return {
    ...described(method),
    id: method.localName,
    tag: method.parent.typeName,
    changes: !READS.test(method.name),
    pathParameters: Object.fromEntries(
      pathFields.flatMap(({ param, fields }) => {
        const leaf = fields.at(-1);
        return leaf === undefined ? [] : [[param, parameterOf(leaf)]];
      }),
    ),
    ...(body !== '*' && {
      parameters: queryOf(method.input.fields.filter((field) => !bound.includes(field) && field !== body)),
    }),
    ...(body === '*' && { body: { schema: whole, required: 'required' in whole } }),
    ...(body !== null && body !== '*' && { body: { schema: schemas.field(body, 'request'), required: false } }),
    answers: isServed ? { 200: success(method) } : { 501: notServed(STATUS) },
  };
}

/** The same method over Connect with JSON: the request is the message itself. */
export function connectOperation(method: DescMethod, isServed: boolean): Operation {
  const schemas = messageSchemas();
  return {
    ...described(method),
    id: `connect.${method.localName}`,
    tag: `${method.parent.typeName} (Connect)`,
    changes: !READS.test(method.name),
    body: { schema: schemas.of(method.input, 'request'), required: false, contentTypes: [JSON_TYPE] },
    answers: {
      ...(isServed && { 200: success(method) }),
      415: { description: REFUSALS[415]?.description ?? '', schema: STATUS },
      ...(!isServed && { 501: notServed(CONNECT_ERROR) }),
      default: { description: 'Any other refusal.', schema: CONNECT_ERROR },
    },
  };
}

function success(method: DescMethod): DocumentedAnswer {
  return { description: answerText(method), schema: messageSchemas().of(method.output, 'answer') };
}

function notServed(schema: object): DocumentedAnswer {
  return { description: 'The method is not implemented here.', schema };
}

function described(method: DescMethod): Pick<Operation, 'summary' | 'description' | 'deprecated'> {
  const told = hasOption(method, openapiv2_operation) ? getOption(method, openapiv2_operation) : undefined;
  return {
    summary: told?.summary || words(method.name),
    ...(told?.description && { description: told.description }),
    ...((told?.deprecated === true || method.proto.options?.deprecated === true) && { deprecated: true }),
  };
}

function answerText(method: DescMethod): string {
  const told = hasOption(method, openapiv2_operation) ? getOption(method, openapiv2_operation) : undefined;
  return told?.responses['200']?.description || 'OK';
}

/** `AddOTPSMS` is `Add OTPSMS`, `SetEmail` is `Set email`. */
function words(name: string): string {
  const [first = '', ...others] = name.match(/[A-Z]+(?![a-z])|[A-Z][a-z0-9]*/g) ?? [];
  return [first, ...others.map((word) => (/^[A-Z]{2,}/.test(word) ? word : word.toLowerCase()))].join(' ');
}

function parameterOf(field: DescField): Omit<Parameter, 'name' | 'in'> {
  const { description, ...schema } = messageSchemas().field(field, 'request');
  return { ...(typeof description === 'string' && { description }), schema };
}

/** Parameters of a query string that fills a message: nested fields with dots between. */
function queryOf(fields: readonly DescField[], prefix = '', depth = 1): Parameter[] {
  return fields.flatMap((field): Parameter[] => {
    const name = `${prefix}${field.jsonName}`;
    const { message } = field;
    if (message === undefined) return [{ name, in: 'query', ...parameterOf(field) }];
    if (message.typeName.startsWith('google.protobuf.')) return [{ name, in: 'query', ...parameterOf(field) }];
    return field.fieldKind === 'message' && depth < MAX_DEPTH ? queryOf(message.fields, `${name}.`, depth + 1) : [];
  });
}
