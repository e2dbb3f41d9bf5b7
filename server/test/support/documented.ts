import Schema from 'typebox/schema';
import type { Dialect } from '../../src/api/shared/route.ts';
import { documentOf } from '../../src/openapi/document.ts';
import type { MediaTypeObject, OpenApiDocument, OperationObject, ResponseObject } from '../../src/openapi/types.ts';
import type { TestResponse } from './tessera.ts';

type Errors = (value: unknown) => readonly string[];

/** The document of one dialect, against which its answers are held. */
export class Documented {
  readonly document: OpenApiDocument;
  readonly #templates: readonly { readonly template: string; readonly segments: readonly string[] }[];
  readonly #checks = new Map<object, Errors>();

  constructor(document: OpenApiDocument) {
    this.document = document;
    this.#templates = Object.keys(document.paths)
      .map((template) => ({ template, segments: template.split('/') }))
      // As the router does, what is written out goes before a parameter, segment by segment.
      .sort((left, right) => (rank(left.template) < rank(right.template) ? -1 : 1));
  }

  /** The template of a path, or undefined when the document has none. */
  templateOf(path: string): string | undefined {
    const parts = path.replace(/[?#].*$/s, '').split('/');
    return this.#templates.find(
      ({ segments }) =>
        segments.length === parts.length &&
        segments.every((segment, at) => (segment.startsWith('{') ? parts[at] !== '' : segment === parts[at])),
    )?.template;
  }

  operation(method: string, template: string): OperationObject | undefined {
    return this.document.paths[template]?.[method.toLowerCase()];
  }

  /** What an operation says of a status, or undefined when it says nothing. */
  answer({ responses }: OperationObject, status: number): ResponseObject | undefined {
    const found = responses[status] ?? responses['default'];
    if (found === undefined || !('$ref' in found)) return found;
    return this.document.components.responses[found.$ref.replace('#/components/responses/', '')];
  }

  /** How a value misses a schema of the document. */
  errors(schema: object, value: unknown): readonly string[] {
    let check = this.#checks.get(schema);
    if (check === undefined) {
      const compiled = Schema.Compile({ ...schema, components: this.document.components });
      check = (candidate) =>
        compiled.Check(candidate)
          ? []
          : compiled.Errors(candidate)[1].map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
      this.#checks.set(schema, check);
    }
    return check(value);
  }

  /** How an answer departs from the document; undefined for what it does not describe. */
  faults(method: string, path: string, response: TestResponse): readonly string[] | undefined {
    const template = this.templateOf(path);
    const operation = template === undefined ? undefined : this.operation(method, template);
    const contentType = response.headers.get('content-type');
    // Answers of gRPC are no HTTP answers that a document could describe.
    if (operation === undefined || /^application\/(grpc|proto)/.test(contentType ?? '')) return undefined;
    const answer = this.answer(operation, response.status);
    if (answer === undefined) return [`the status ${response.status} is not documented`];
    const content: MediaTypeObject | undefined = answer.content?.[contentType ?? ''];
    if (content === undefined) return answer.content === undefined ? [] : [`it is ${contentType}`];
    return this.errors(content.schema, response.json);
  }
}

const known = new Map<string, Documented>();

/** The documents of all dialects; made once, as they are the same for every server. */
export function documentsOf(dialects: readonly Dialect[]): readonly Documented[] {
  return dialects.map((dialect) => {
    const found = known.get(dialect.name) ?? new Documented(documentOf(dialect));
    known.set(dialect.name, found);
    return found;
  });
}

/** @throws Error when an answer is not as the document of its dialect says */
export function expectDocumented(
  documents: readonly Documented[],
  method: string,
  path: string,
  response: TestResponse,
): void {
  const owner = documents.reduce<Documented | undefined>(
    (best, document) => (rank(document.templateOf(path)) < rank(best?.templateOf(path)) ? document : best),
    undefined,
  );
  const faults = owner?.faults(method, path, response) ?? [];
  if (faults.length === 0) return;
  throw new Error(`${method} ${path} is not as documented: ${faults.join('; ')}\n${response.status} ${response.text}`);
}

/** A text by which templates are in order: parameters behind what is written out, and none at all behind them. */
function rank(template: string | undefined): string {
  if (template === undefined) return '~';
  return template.replaceAll(/\{[^}]*\}/g, '\u{10ffff}');
}
