/** A route's path as OpenAPI writes it: `/users/:id` is `/users/{id}`, and a doubled colon is one. */
export function pathTemplate(path: string): string {
  return path
    .split('/')
    .map((segment) => (/^:(?!:)/.test(segment) ? `{${segment.slice(1)}}` : segment.replaceAll('::', ':')))
    .join('/');
}

/** Names of the parameters of a route's path, in order. */
export function pathParametersOf(path: string): string[] {
  return path.split('/').flatMap((segment) => (/^:(?!:)/.test(segment) ? [segment.slice(1)] : []));
}
