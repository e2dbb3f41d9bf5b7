import type { SetupOrganization } from './setup.ts';
import { EVERY_EVENT } from './setup-webhooks.ts';

const FEWEST_BYTES = 24;
const MOST_BYTES = 64;

/** Faults of an organization's webhooks that the schema cannot see. */
export function* webhookConflicts({ avibra, webhooks }: SetupOrganization, path: string): Iterable<string> {
  if (avibra?.webhook !== undefined) yield* avibraConflicts(avibra.webhook, `${path}.avibra.webhook`);
  for (const [index, webhook] of webhooks.entries()) {
    const place = `${path}.webhooks[${index}]`;
    yield* urlConflicts(webhook.url, place);
    if (webhook.events.includes(EVERY_EVENT) && webhook.events.length > 1) {
      yield `${place}.events must be "*" alone, or a list of events`;
    }
    const base64 = webhook.secret.slice(webhook.secret.indexOf('_') + 1);
    const key = Buffer.from(base64, 'base64');
    if (key.length < FEWEST_BYTES || key.length > MOST_BYTES || key.toString('base64') !== base64) {
      yield `${place}.secret must be whsec_ and ${FEWEST_BYTES} to ${MOST_BYTES} bytes in base64`;
    }
  }
}

function* avibraConflicts(
  webhook: NonNullable<NonNullable<SetupOrganization['avibra']>['webhook']>,
  place: string,
): Iterable<string> {
  yield* urlConflicts(webhook.url, place);
  if ((webhook.username === undefined) !== (webhook.password === undefined)) {
    yield `${place} must have both a username and a password, or neither`;
  }
}

/** Of the member `url` of what stands at `place`. */
export function* urlConflicts(url: string, place: string): Iterable<string> {
  if (!URL.canParse(url)) {
    yield `${place}.url must be an absolute http or https address`;
  } else if (new URL(url).username !== '' || new URL(url).password !== '') {
    yield `${place}.url must not hold a user name or a password`;
  }
}
