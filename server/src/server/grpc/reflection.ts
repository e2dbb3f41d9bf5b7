import {
  createRegistry,
  type DescFile,
  type DescMessage,
  type DescService,
  type MessageInitShape,
  type Registry,
  toBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';

/** The members of `ServerReflectionRequest` that matter here. */
export interface ReflectionRequest {
  readonly host: string;
  readonly messageRequest:
    | {
        readonly case: 'fileByFilename' | 'fileContainingSymbol' | 'allExtensionNumbersOfType' | 'listServices';
        readonly value: string;
      }
    | {
        readonly case: 'fileContainingExtension';
        readonly value: { readonly containingType: string; readonly extensionNumber: number };
      }
    | { readonly case: undefined };
}

export type ReflectionResponse = MessageInitShape<DescMessage> & Record<string, unknown>;

/** Answers what clients ask about the services: names, and the files in which types are defined. */
export class Reflection {
  readonly #services: readonly DescService[];
  readonly #files = new Map<string, DescFile>();
  readonly #registry: Registry;

  constructor(services: readonly DescService[]) {
    this.#services = services;
    for (const { file } of services) this.#add(file);
    this.#registry = createRegistry(...this.#files.values());
  }

  answer(request: ReflectionRequest): ReflectionResponse {
    return {
      validHost: request.host,
      originalRequest: request,
      messageResponse: this.#respond(request.messageRequest),
    };
  }

  #respond(asked: ReflectionRequest['messageRequest']): object {
    switch (asked.case) {
      case 'listServices':
        return {
          case: 'listServicesResponse',
          value: { service: this.#services.map(({ typeName }) => ({ name: typeName })) },
        };
      case 'fileByFilename':
        return described(this.#files.get(asked.value), asked.value);
      case 'fileContainingSymbol':
        return described(this.#fileOf(asked.value), asked.value);
      case 'fileContainingExtension': {
        const { containingType, extensionNumber } = asked.value;
        const extension = this.#extensionsOf(containingType).find(({ number }) => number === extensionNumber);
        return described(extension?.file, `${containingType} ${extensionNumber}`);
      }
      case 'allExtensionNumbersOfType': {
        if (this.#registry.getMessage(asked.value) === undefined) return missing(asked.value);
        const extensionNumber = this.#extensionsOf(asked.value).map(({ number }) => number);
        return { case: 'allExtensionNumbersResponse', value: { baseTypeName: asked.value, extensionNumber } };
      }
      case undefined:
        return { case: 'errorResponse', value: { errorCode: Code.InvalidArgument, errorMessage: 'nothing was asked' } };
    }
  }

  /** The file of a type, a service, or one of its methods, enum values or fields. */
  #fileOf(symbol: string): DescFile | undefined {
    const owner = symbol.slice(0, symbol.lastIndexOf('.'));
    const member = symbol.slice(owner.length + 1);
    const type = this.#registry.get(symbol);
    if (type !== undefined) return type.file;
    const parent = this.#registry.get(owner);
    if (parent?.kind === 'service' && parent.methods.some(({ name }) => name === member)) return parent.file;
    if (parent?.kind === 'message' && parent.fields.some(({ name }) => name === member)) return parent.file;
    return undefined;
  }

  #extensionsOf(typeName: string) {
    return [...this.#registry]
      .filter((type) => type.kind === 'extension')
      .filter(({ extendee }) => extendee.typeName === typeName);
  }

  #add(file: DescFile): void {
    if (this.#files.has(file.proto.name)) return;
    this.#files.set(file.proto.name, file);
    for (const each of file.dependencies) this.#add(each);
  }
}

function described(file: DescFile | undefined, asked: string): object {
  if (file === undefined) return missing(asked);
  return {
    case: 'fileDescriptorResponse',
    value: {
      fileDescriptorProto: [...withImports(file)].map(bytesOf),
    },
  };
}

/** Serialized once: a stream may ask as often as it likes. */
const serialized = new WeakMap<DescFile, Uint8Array>();

function bytesOf(file: DescFile): Uint8Array {
  let bytes = serialized.get(file);
  if (bytes === undefined) {
    bytes = toBinary(FileDescriptorProtoSchema, file.proto);
    serialized.set(file, bytes);
  }
  return bytes;
}

/** A client then need not ask for the imports one by one. */
function withImports(file: DescFile, into = new Set<DescFile>()): Set<DescFile> {
  if (into.has(file)) return into;
  into.add(file);
  for (const each of file.dependencies) withImports(each, into);
  return into;
}

function missing(asked: string): object {
  return { case: 'errorResponse', value: { errorCode: Code.NotFound, errorMessage: `${asked} is not known here` } };
}
