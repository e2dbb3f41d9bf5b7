import { clone, create, fromJson, hasExtension, type JsonObject, setExtension } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  EnumValueDescriptorProtoSchema,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  MethodDescriptorProtoSchema,
  MethodOptionsSchema,
  OneofDescriptorProtoSchema,
  type ServiceDescriptorProto,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import { http } from '@zitadel/proto/google/api/annotations_pb';
import { HttpRuleSchema } from '@zitadel/proto/google/api/http_pb';
import { FieldRulesSchema, rules } from '@zitadel/proto/validate/validate_pb';
import type { FieldAddition, FileAddition, MethodAddition } from './additions.ts';

const SCALARS = { string: Type.STRING, bytes: Type.BYTES, int32: Type.INT32 } as const;

/** A copy of a file's descriptor with what `addition` gives it. @throws Error when something is there already */
export function addToFile(original: FileDescriptorProto, addition: FileAddition): FileDescriptorProto {
  const file = clone(FileDescriptorProtoSchema, original);
  file.dependency.push(...(addition.imports ?? []));
  for (const [name, values] of Object.entries(addition.enums ?? {})) addValues(enumNamed(file, name), values);
  for (const [name, fields] of Object.entries(addition.messages ?? {})) {
    const message = messageNamed(file, name);
    for (const field of fields) addField(message, field);
  }
  for (const [name, method] of Object.entries(addition.methods ?? {})) addMethod(file, name, method);
  return file;
}

function enumNamed(file: FileDescriptorProto, name: string): EnumDescriptorProto {
  const present = file.enumType.find((each) => each.name === name);
  if (present !== undefined) return present;
  const made = create(EnumDescriptorProtoSchema, { name });
  file.enumType.push(made);
  return made;
}

function addValues({ name, value }: EnumDescriptorProto, names: readonly string[]): void {
  for (const each of names) {
    if (value.some((present) => present.name === each)) throw new Error(`${name} has ${each} already`);
    const number = Math.max(-1, ...value.map((present) => present.number)) + 1;
    value.push(create(EnumValueDescriptorProtoSchema, { name: each, number }));
  }
}

function messageNamed(file: FileDescriptorProto, name: string): DescriptorProto {
  const [first = '', ...nested] = name.split('.');
  let message = file.messageType.find((each) => each.name === first);
  if (message === undefined && nested.length === 0) {
    message = create(DescriptorProtoSchema, { name });
    file.messageType.push(message);
  }
  for (const part of nested) message = message?.nestedType.find((each) => each.name === part);
  if (message === undefined) throw new Error(`${file.name} has no message ${name}`);
  return message;
}

function addField(message: DescriptorProto, addition: FieldAddition): void {
  const { name, number, type, oneof } = addition;
  const present = message.field.find((field) => field.number === number);
  if (present !== undefined) {
    if (present.name !== name) throw new Error(`field ${number} of ${message.name} is ${present.name}, not ${name}`);
    setOptions(present, addition);
    return;
  }
  const field = create(FieldDescriptorProtoSchema, {
    name,
    number,
    jsonName: name.replaceAll(/_([a-z0-9])/g, (_, char: string) => char.toUpperCase()),
    label: addition.repeated ? Label.REPEATED : Label.OPTIONAL,
    ...(typeof type === 'string'
      ? { type: SCALARS[type] }
      : 'message' in type
        ? { type: Type.MESSAGE, typeName: `.${type.message}` }
        : { type: Type.ENUM, typeName: `.${type.enum}` }),
    // An optional field is the only member of a oneof made up for it.
    ...(addition.optional && { proto3Optional: true, oneofIndex: oneofNamed(message, `_${name}`) }),
    ...(oneof !== undefined && { oneofIndex: oneofNamed(message, oneof) }),
  });
  setOptions(field, addition);
  message.field.push(field);
}

function setOptions(field: FieldDescriptorProto, addition: FieldAddition): void {
  field.options ??= create(FieldOptionsSchema);
  if (addition.deprecated) field.options.deprecated = true;
  if (addition.rules !== undefined) {
    setExtension(field.options, rules, fromJson(FieldRulesSchema, addition.rules as JsonObject));
  }
}

function oneofNamed(message: DescriptorProto, name: string): number {
  const present = message.oneofDecl.findIndex((oneof) => oneof.name === name);
  return present >= 0 ? present : message.oneofDecl.push(create(OneofDescriptorProtoSchema, { name })) - 1;
}

function addMethod(file: FileDescriptorProto, name: string, { types, http: rule, body }: MethodAddition): void {
  const [service] = file.service;
  if (service === undefined) throw new Error(`${file.name} has no service`);
  const method = service.method.find((each) => each.name === name) ?? newMethod(file, service, name, types);
  method.options ??= create(MethodOptionsSchema);
  if (hasExtension(method.options, http)) throw new Error(`${name} has a REST binding already`);
  const [verb, path] = rule;
  setExtension(
    method.options,
    http,
    create(HttpRuleSchema, { pattern: { case: verb, value: path }, body: body ?? '' }),
  );
}

function newMethod(
  file: FileDescriptorProto,
  service: ServiceDescriptorProto,
  name: string,
  types: MethodAddition['types'],
) {
  if (types === undefined) throw new Error(`${service.name} has no method ${name}`);
  const method = create(MethodDescriptorProtoSchema, {
    name,
    inputType: `.${file.package}.${types.input}`,
    outputType: `.${file.package}.${types.output}`,
  });
  service.method.push(method);
  return method;
}
