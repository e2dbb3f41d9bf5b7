import {
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescService,
  getOption,
  hasOption,
} from '@bufbuild/protobuf';
import { http } from '@zitadel/proto/google/api/annotations_pb';
import type { HttpRule } from '@zitadel/proto/google/api/http_pb';

/** A path parameter and the request field it fills. */
export interface PathField {
  /** The parameter's name in `path`: the field's local name, nested fields joined by `_`. */
  readonly param: string;
  /** From a field of the request message down to the field that takes the value. */
  readonly fields: readonly DescField[];
}

/** One REST binding of a method. */
export interface RestRoute {
  readonly method: DescMethod;
  /** HTTP verb in capitals. */
  readonly verb: string;
  /** Path with named parameters, such as `/v2/users/human/:userId`. */
  readonly path: string;
  readonly pathFields: readonly PathField[];
  /** What the request body fills: the whole message (`*`), one field of it, or nothing: then the query string does. */
  readonly body: '*' | DescField | null;
}

/** The REST bindings of a service, in the order of its methods. A method without a binding has no entry. */
export function restRoutes(service: DescService): RestRoute[] {
  return service.methods.flatMap((method) =>
    hasOption(method, http) ? bindingsOf(method, getOption(method, http)) : [],
  );
}

/**
 * The REST bindings that `rule` gives to `method`, the additional ones last.
 *
 * @throws Error for a path pattern or field name that cannot be served.
 */
export function bindingsOf(method: DescMethod, rule: HttpRule): RestRoute[] {
  const { verb, template } = verbAndTemplate(method, rule);
  const route = { method, verb, ...parseTemplate(method.input, template), body: bodyOf(method.input, rule.body) };
  return [route, ...rule.additionalBindings.flatMap((additional) => bindingsOf(method, additional))];
}

/** A field by its proto name or its JSON name. */
export function fieldNamed(message: DescMessage, name: string): DescField | undefined {
  return message.fields.find((field) => field.name === name || field.jsonName === name);
}

function verbAndTemplate(method: DescMethod, { pattern }: HttpRule): { verb: string; template: string } {
  switch (pattern.case) {
    case undefined:
      throw new Error(`${method} has an HTTP rule without a path`);
    case 'custom':
      return { verb: pattern.value.kind.toUpperCase(), template: pattern.value.path };
    default:
      return { verb: pattern.case.toUpperCase(), template: pattern.value };
  }
}

function bodyOf(input: DescMessage, body: string): RestRoute['body'] {
  if (body === '') return null;
  return body === '*' ? body : requiredField(input, body);
}

function parseTemplate(input: DescMessage, template: string): Pick<RestRoute, 'path' | 'pathFields'> {
  const pathFields: PathField[] = [];
  const path = template
    .split('/')
    .map((segment) => {
      const variable = /^\{([\w.]+)\}$/.exec(segment)?.[1];
      if (variable === undefined) {
        if (/[{}*]/.test(segment)) throw new Error(`path pattern ${template} is not supported`);
        return segment.replaceAll(':', '::');
      }
      const fields = fieldPath(input, variable);
      const param = fields.map((field) => field.localName).join('_');
      pathFields.push({ param, fields });
      return `:${param}`;
    })
    .join('/');
  return { path, pathFields };
}

function fieldPath(input: DescMessage, dotted: string): DescField[] {
  const fields: DescField[] = [];
  let message: DescMessage | undefined = input;
  for (const name of dotted.split('.')) {
    if (message === undefined) throw new Error(`${dotted} is not a field of ${input.typeName}`);
    const field = requiredField(message, name);
    fields.push(field);
    message = field.fieldKind === 'message' ? field.message : undefined;
  }
  return fields;
}

function requiredField(message: DescMessage, name: string): DescField {
  const field = fieldNamed(message, name);
  if (field === undefined) throw new Error(`${message.typeName} has no field ${name}`);
  return field;
}
