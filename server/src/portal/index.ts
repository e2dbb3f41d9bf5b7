import { FORM_TYPE } from '../api/shared/media-type.ts';
import type { Dialect } from '../api/shared/route.ts';
import type { RateLimits } from '../app/rate-limits.ts';
import type { Users } from '../app/users.ts';
import { end } from './end.ts';
import { renderError } from './errors.ts';
import { save } from './save.ts';
import { show } from './show.ts';
import { CONTENT_SECURITY_POLICY } from './style.ts';
import { Visits, type VisitsOptions } from './visits.ts';

export interface PortalServices extends Omit<VisitsOptions, 'users'> {
  readonly users: Users;
  readonly limits: RateLimits;
}

const HEADERS = [
  ...['content-security-policy', CONTENT_SECURITY_POLICY],
  ...['referrer-policy', 'no-referrer'],
  // For browsers that do not know frame-ancestors.
  ...['x-frame-options', 'DENY'],
  ...['cross-origin-opener-policy', 'same-origin'],
  ...['cross-origin-resource-policy', 'same-origin'],
];

/** The page on which users see and change their own details. Mounted like a dialect; it is for people, not for clients. */
export function portal(services: PortalServices): Dialect {
  const visits = new Visits(services);
  const page = { visits, users: services.users, limits: services.limits };
  return {
    name: 'portal',
    prefixes: ['/portal'],
    routes: [
      { method: 'GET', path: '/portal', handler: show(page) },
      { method: 'POST', path: '/portal', handler: save(page), consumes: [FORM_TYPE] },
      { method: 'POST', path: '/portal/end', handler: end(visits), consumes: [FORM_TYPE] },
    ],
    renderError,
    contentType: 'text/html; charset=utf-8',
    extraHeaders: () => HEADERS,
  };
}
