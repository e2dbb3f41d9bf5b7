import type { SingleHeaders } from './headers.ts';
import type { Dialect, Method } from './route.ts';

/** A dialect that has been mounted, with what is looked up per request prepared. */
export interface Mount {
  readonly dialect: Dialect;
  readonly singleHeaders: SingleHeaders;
  readonly patterns: readonly { readonly method: Method; readonly segments: readonly string[] }[];
}

/** The mount whose prefix is the longest that holds the path, or null. */
export function ownerOf(mounts: readonly Mount[], path: string): Mount | null {
  let owner: Mount | null = null;
  let longest = -1;
  for (const mount of mounts) {
    for (const prefix of mount.dialect.prefixes) {
      if (prefix.length > longest && holds(prefix, path)) {
        owner = mount;
        longest = prefix.length;
      }
    }
  }
  return owner;
}

function holds(prefix: string, path: string): boolean {
  if (!path.startsWith(prefix)) return false;
  const last = prefix.at(-1);
  return last === '/' || last === '.' || path.length === prefix.length || path[prefix.length] === '/';
}

/** Splits a route's path; a segment is literal, `:name`, or a last `*`. Other forms the router knows are refused. */
export function segmentsOf(path: string): readonly string[] {
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    const rest = segment.startsWith(':') ? segment.slice(1) : segment;
    if ((segment === '*' && index === segments.length - 1) || !/[:*()?]/.test(rest)) continue;
    throw new Error(`route ${path}: a segment is a literal, a :parameter, or a last *`);
  }
  return segments;
}

/** The methods of the mount's routes that match the path: not hot, as only refused requests ask. */
export function methodsOf(mount: Mount, path: string): readonly string[] {
  const parts = path.split('/');
  const methods = new Set<string>();
  for (const { method, segments } of mount.patterns) {
    if (!fits(segments, parts)) continue;
    methods.add(method);
    if (method === 'GET') methods.add('HEAD');
  }
  return [...methods];
}

function fits(segments: readonly string[], parts: readonly string[]): boolean {
  const open = segments.at(-1) === '*';
  if (open ? parts.length < segments.length : parts.length !== segments.length) return false;
  return segments.every((segment, at) => {
    if (segment === '*') return true;
    const part = parts[at] ?? '';
    return segment.startsWith(':') ? part !== '' : part === segment;
  });
}

/**
 * The path of a request target, decoded as far as it goes, without query: only for finding out whose a refused request
 * is, never for finding its route.
 */
export function pathOf(target: string): string {
  const path = target.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
