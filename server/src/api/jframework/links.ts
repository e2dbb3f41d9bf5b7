import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../core/errors.ts';
import { brandHost } from '../../core/values/brand-host.ts';
import { parseUrlTemplate } from '../../core/values/url-template.ts';
import { ifMatchOf } from '../shared/submit.ts';
import type { Brand } from './brands.ts';
import type { WireError } from './envelope.ts';
import { pascalCase } from './fields.ts';

/** Placeholders stand in two braces, which are no part of a link that a caller gives. */
const BRACES: Readonly<Record<string, string>> = { '{': '%7B', '}': '%7D' };

/**
 * A link that a caller gives for a mail, when it may be followed: https (http only on a loopback host) at a host of the
 * brand or of its white list, exactly so; a sub-domain is another host.
 *
 * @returns the link in a form that holds no placeholder, or `undefined`
 */
export function brandLink(text: string, brand: Brand): string | undefined {
  const link = text.replaceAll(/[{}]/g, (brace) => BRACES[brace] ?? '');
  try {
    parseUrlTemplate(link);
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
  const host = brandHost(link);
  return host !== undefined && host === new URL(link).hostname && brand.linkHosts.has(host) ? link : undefined;
}

/** The template of a mail that opens the link with the code as its parameter `token`. */
export function tokenTemplate(link: string): string {
  return withParameters(link, { token: '{{.Code}}' });
}

/**
 * The link with these parameters, encoded already, before a fragment. Its own of the same names go, in any case and
 * spelling: pages read the first, and whoever gives the link is not to choose what they find.
 *
 * @param parameters those that are `undefined` are only taken out
 */
export function withParameters(link: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const hash = link.indexOf('#');
  const [whole, fragment] = hash < 0 ? [link, ''] : [link.slice(0, hash), link.slice(hash)];
  const mark = whole.indexOf('?');
  const [page, query] = mark < 0 ? [whole, ''] : [whole.slice(0, mark), whole.slice(mark + 1)];
  const names = new Set(Object.keys(parameters).map((name) => name.toLowerCase()));
  const kept = query.split('&').filter((part) => part !== '' && !names.has(nameOf(part)));
  const added = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : `${name}=${value}`));
  return `${page}?${[...kept, ...added].join('&')}${fragment}`;
}

function nameOf(part: string): string {
  const [name = ''] = new URLSearchParams(part).keys();
  return name.toLowerCase();
}

/** The error for a member that is no such link. */
export function invalidLink(member: string): WireError {
  return { code: `Invalid${pascalCase(member)}`, message: `The ${member} must be an https URL of the brand.` };
}

/**
 * Whoever asks for a mail has proved nothing and may have read no version of the record, so none can match.
 *
 * @throws Fault `malformed_if_match`, DomainError `version_conflict`
 */
export function refuseIfMatch(request: FastifyRequest): void {
  if (ifMatchOf(request) !== null) throw new DomainError('version_conflict');
}
