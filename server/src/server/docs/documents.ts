import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Dialect } from '../../api/shared/route.ts';
import { documentOf } from '../../openapi/document.ts';
import type { Examples } from '../../openapi/types.ts';

/** A text that is served as it is, with an entity tag that is another for any other text. */
export interface Served {
  readonly body: string | Buffer;
  readonly etag: string;
}

export function served(body: string | Buffer): Served {
  return { body, etag: `"${hash('sha256', body, 'base64url')}"` };
}

/** The OpenAPI document of a dialect with its recorded examples, made at the first call. */
export function documentServer(dialect: Dialect): () => Served {
  let made: Served | undefined;
  return () => {
    made ??= served(JSON.stringify(documentOf(dialect, examplesOf(dialect.name))));
    return made;
  };
}

/** What was recorded of a dialect. Tests send every request again, and hold the answers to those that are recorded. */
function examplesOf(name: string): Examples {
  const file = new URL(`../../openapi/examples/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Examples;
}
