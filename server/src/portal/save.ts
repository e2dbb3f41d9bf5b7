import type { FastifyRequest } from 'fastify';
import type { Answer } from '../api/shared/answer.ts';
import { formBody } from '../api/shared/body.ts';
import { addressBlockOf } from '../api/shared/client-address.ts';
import type { Handler } from '../api/shared/route.ts';
import { DomainError, type Reason } from '../core/errors.ts';
import type { UpdateUser } from '../core/user/commands.ts';
import { judge, type Problems, readForm, valuesOf } from './form.ts';
import { type Page, shown } from './show.ts';
import type { Visitor } from './visits.ts';

const TAKEN: Readonly<Partial<Record<Reason, Problems>>> = {
  email_taken: { email: 'emailTaken' },
  phone_taken: { phone: 'phoneTaken' },
};

/**
 * `POST /portal`: changes what differs from the record. What is refused is shown again as it was entered; what is saved
 * leads back to the page, so that reloading sends nothing twice.
 */
export function save(page: Page): Handler {
  return async (request) => {
    const visitor = await page.visits.visitor(request);
    const { user } = visitor;
    const stored = valuesOf(user);
    const { version, token, values } = readForm(formBody(request), stored);
    page.visits.checkForm(visitor, token);
    if (version !== user.version) return shown(request, page, visitor, { kind: 'conflict' }, values);
    const judged = judge(values, stored);
    if ('problems' in judged) return shown(request, page, visitor, { kind: 'refused', ...judged }, values);
    try {
      // Whether others hold an address or a number is told to who asks for it, but not any number of times.
      const by = { user: `portal ${user.id}`, address: addressBlockOf(request) };
      return await page.limits.run('code', by, () => submit(request, page, visitor, judged.command));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const problems = TAKEN[error.reason];
      if (problems !== undefined) return shown(request, page, visitor, { kind: 'refused', problems }, values);
      if (error.reason !== 'version_conflict') throw error;
      return shown(request, page, await page.visits.visitor(request), { kind: 'conflict' }, values);
    }
  };
}

async function submit(
  request: FastifyRequest,
  { users }: Page,
  { caller, user }: Visitor,
  command: UpdateUser,
): Promise<Answer> {
  const { answer } = await users.submit({
    type: 'command',
    caller,
    dialect: 'portal',
    requestId: request.id,
    target: { id: user.id, organizationId: user.organizationId },
    command,
    ifMatch: { versions: [user.version] },
    answer: ({ events }) => seeOther(`portal?done=${events.length === 0 ? 'unchanged' : 'saved'}`),
  });
  return answer;
}

function seeOther(location: string): Answer {
  return { status: 303, headers: { location }, body: null };
}
