import { formBody } from '../api/shared/body.ts';
import { single } from '../api/shared/fields.ts';
import type { Handler } from '../api/shared/route.ts';
import { languageOf } from './language.ts';
import { noticePage } from './page.ts';
import { textsIn } from './translations.ts';
import type { Visits } from './visits.ts';

/** `POST /portal/end`: nobody who finds the browser open can go on. */
export function end(visits: Visits): Handler {
  return async (request) => {
    const visitor = await visits.visitor(request);
    visits.checkForm(visitor, single(formBody(request), 'token', 'malformed_body') ?? '');
    const texts = textsIn(languageOf(request.headers['accept-language'], visitor.user.profile.preferredLanguage));
    const answer = noticePage(200, texts, 'ended');
    return { ...answer, headers: { ...answer.headers, 'set-cookie': await visits.end(visitor) } };
  };
}
