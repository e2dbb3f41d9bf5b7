import type { FastifyRequest } from 'fastify';
import type { Answer } from '../api/shared/answer.ts';
import { queryOf } from '../api/shared/dialect.ts';
import { single } from '../api/shared/fields.ts';
import type { Handler } from '../api/shared/route.ts';
import type { RateLimits } from '../app/rate-limits.ts';
import type { Users } from '../app/users.ts';
import { DomainError } from '../core/errors.ts';
import type { User } from '../core/user/user.ts';
import { detailsPage, type State } from './details-page.ts';
import { type Values, valuesOf } from './form.ts';
import { languageOf } from './language.ts';
import { openingPage } from './page.ts';
import { textsIn } from './translations.ts';
import type { Visitor, Visits } from './visits.ts';

export interface Page {
  readonly visits: Visits;
  readonly users: Pick<Users, 'read' | 'submit' | 'directory'>;
  readonly limits: RateLimits;
}

/** `GET /portal`: with a token it opens a visit, without one it shows the details of the visit that is open. */
export function show(page: Page): Handler {
  return async (request) => {
    const query = queryOf(request);
    const token = single(query, 'linktoken');
    if (token !== undefined) return opened(request, page.visits, token);
    const done = single(query, 'done');
    const kind = done === 'saved' || done === 'unchanged' ? done : 'opened';
    return shown(request, page, await page.visits.visitor(request), { kind });
  };
}

/** The form, filled with what was entered, or with what is stored. */
export function shown(
  request: FastifyRequest,
  { users }: Page,
  { user, formToken }: Pick<Visitor, 'user' | 'formToken'>,
  state: State,
  entered?: Values,
): Answer {
  const stored = valuesOf(user);
  return detailsPage(textsFor(request, user), {
    organization: users.directory.organization(user.organizationId)?.name ?? '',
    values: entered ?? stored,
    stored,
    isConfirmed: { email: user.email.verified, phone: user.phone.verified },
    version: user.version,
    formToken,
    state,
  });
}

/** Whoever only looks ahead, as programs do with links, uses nothing up. */
async function opened(request: FastifyRequest, visits: Visits, token: string): Promise<Answer> {
  const { method, headers } = request;
  const texts = textsIn(languageOf(headers['accept-language']));
  if (method === 'HEAD') return openingPage(texts);
  const purpose = `${headers['sec-purpose'] ?? ''} ${headers.purpose ?? ''}`;
  if (/\bprefetch\b/i.test(purpose)) throw new DomainError('overloaded', { retryAfter: 1 });
  const cookie = await visits.open(token);
  const answer = openingPage(texts);
  return { ...answer, headers: { ...answer.headers, 'set-cookie': cookie } };
}

function textsFor({ headers }: FastifyRequest, user: User) {
  return textsIn(languageOf(headers['accept-language'], user.profile.preferredLanguage));
}
