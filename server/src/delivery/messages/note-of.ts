import type { Delivery } from '../../app/ports/outbox.ts';
import type { Outcome } from '../../app/ports/sender.ts';
import { StoreUnavailable } from '../../app/ports/store.ts';
import type { Message } from '../../core/user/commands.ts';
import type { Logger } from '../../logger.ts';
import type { Composer, Note } from './compose.ts';

type Found = { readonly note: Note; readonly message: Message } | { readonly outcome: Outcome };

/** What a delivery says to a person, or how the try to find out ended. */
export async function noteOf(
  { content }: Delivery,
  { composer, logger }: { readonly composer: Pick<Composer, 'compose'>; readonly logger: Pick<Logger, 'error'> },
): Promise<Found> {
  if (!('message' in content))
    return { outcome: { type: 'refused', answer: 'not a message to a person', untried: true } };
  const { message } = content;
  try {
    const composed = await composer.compose(message);
    if ('refused' in composed) return { outcome: { type: 'refused', answer: composed.refused, untried: true } };
    return { note: composed, message };
  } catch (err) {
    if (err instanceof StoreUnavailable) {
      return { outcome: { type: 'failed', answer: 'not sent: the database cannot be used', isDown: true } };
    }
    logger.error({ err, kind: message.kind }, 'a message could not be put into words');
    return {
      outcome: { type: 'failed', answer: 'not sent: internal error, see the log', isDown: false, untried: true },
    };
  }
}
