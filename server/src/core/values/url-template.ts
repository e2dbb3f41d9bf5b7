import { DomainError } from '../errors.ts';
import { authorityOf, readWebUrl } from './web-url.ts';

/** What a link in a mail can carry. */
export interface UrlTemplateValues {
  readonly userId: string;
  readonly code: string;
  readonly orgId: string;
  /** Only of a code that is asked for by an id. */
  readonly codeId?: string;
}

/** The parts of a template in order; a field stands for its value. */
export type UrlTemplate = readonly ({ readonly literal: string } | { readonly field: keyof UrlTemplateValues })[];

type Field = keyof UrlTemplateValues;

const FIELDS: ReadonlyMap<string, Field> = new Map([
  ['UserID', 'userId'],
  ['Code', 'code'],
  ['OrgID', 'orgId'],
]);

/** What the link to the registration of a passkey can carry besides. */
export const CODE_ID: readonly [name: string, field: Field] = ['CodeID', 'codeId'];

const FIELD_ACTION = /^[ \t]*\.([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)[ \t]*$/;

/**
 * Reads the template of a link: literal text and the placeholders `{{.UserID}}`, `{{.Code}}` and `{{.OrgID}}`, with
 * blanks inside the braces. It must make an https URL (http only on a loopback host) with a plain host name; a
 * placeholder may stand only after the host, so that values never decide where a link leads.
 *
 * @param more a placeholder that only this link knows
 * @throws DomainError `url_template_invalid`, `details.field` being `render` for a field that does not exist, and
 *   `parse` for everything else.
 */
export function parseUrlTemplate(text: string, more?: typeof CODE_ID): UrlTemplate {
  const [head = '', ...actions] = text.split('{{');
  const parts: UrlTemplate[number][] = [{ literal: head }];
  let unknownField = false;
  for (const piece of actions) {
    const end = piece.indexOf('}}');
    const name = end < 0 ? undefined : FIELD_ACTION.exec(piece.slice(0, end))?.[1];
    if (name === undefined) throw invalid('parse');
    const field = name === more?.[0] ? more[1] : FIELDS.get(name);
    if (field === undefined) unknownField = true;
    else parts.push({ field }, { literal: piece.slice(end + 2) });
  }
  if (unknownField) throw invalid('render');
  if (!isSafeLink(parts)) throw invalid('parse');
  return parts;
}

/** The link with every value URL-encoded in its place. A value is never read as a template again. */
export function renderUrlTemplate(template: UrlTemplate, values: UrlTemplateValues): string {
  return template.map((part) => ('literal' in part ? part.literal : encoded(values[part.field] ?? ''))).join('');
}

/** Also encodes the marks that `encodeURIComponent` leaves alone, so that a quote cannot end an HTML attribute. */
function encoded(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replaceAll(
    /['()*!]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function isSafeLink(parts: UrlTemplate): boolean {
  // An asterisk is fine in a path and never part of a host.
  const sample = parts.map((part) => ('literal' in part ? part.literal : '*')).join('');
  if (!/^[A-Za-z0-9.:[\]-]+$/.test(authorityOf(sample) ?? '')) return false;
  const url = readWebUrl(sample);
  return url !== null && (url.protocol === 'https:' || isLoopback(url.hostname));
}

/** For host names as the URL parser writes them: IPv4 in four decimal parts, IPv6 shortened and in brackets. */
function isLoopback(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

function invalid(stage: 'parse' | 'render'): DomainError {
  return new DomainError('url_template_invalid', { field: stage });
}
