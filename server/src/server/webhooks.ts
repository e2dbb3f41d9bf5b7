import { isDown } from '../app/deliveries/verdict.ts';
import { loadDirectory } from '../app/directory.ts';
import { type ReceiverSummary, UNTRIED } from '../app/ports/outbox.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Database } from '../config/option-values.ts';
import { postgresConfig } from '../config/postgres.ts';
import type { ReplayOptions } from '../config/webhooks-options.ts';
import type { EventType } from '../core/user/events.ts';
import type { Beside } from '../store/beside.ts';
import { openPostgresBeside } from '../store/postgres/beside.ts';
import { openSqliteBeside } from '../store/sqlite/beside.ts';

/** What is looked at, or brought back, in one transaction, so that a server beside can write in between. */
const PAGE = 1_000;
/** Receivers of messages to people; whoever else is sent to has subscribed to events. */
const MESSAGES = ['email', 'sms'];

export interface ListedReceiver extends ReceiverSummary {
  /**
   * `down` is one that is tried ever more rarely, with one delivery at a time; `gone` one that wants nothing any more;
   * `unknown` one that the settings do not name any more.
   */
  readonly condition: 'ok' | 'down' | 'gone' | 'unknown';
}

/** What an operator may do about deliveries, beside the servers that make them. */
export interface Webhooks {
  list(): Promise<ListedReceiver[]>;
  /** Has events of the past delivered again. @returns how many */
  replay(which: ReplayOptions): Promise<number>;
  /** Has all dead letters of a receiver delivered after all, and opens it if it was disabled. @returns how many */
  retry(receiver: string): Promise<number>;
  close(): Promise<void>;
}

/**
 * Opens the database of an instance.
 *
 * @throws ConfigError, StoreRefused one sentence for the operator; so do all methods
 */
export async function openWebhooks(database: Database, now: () => number = Date.now): Promise<Webhooks> {
  const beside = await open(database);
  const { outbox } = beside;
  const list = async (): Promise<ListedReceiver[]> => {
    const [used, subscribed] = await Promise.all([outbox.receivers(), subscriptions(beside)]);
    const known = new Set(used.map(({ id }) => id));
    const unused = [...subscribed.keys()].filter((id) => !known.has(id));
    const all = [...used, ...unused.map((id) => ({ ...UNTRIED, id, waiting: 0, dead: 0, oldest: null }))];
    return all
      .map((receiver) => {
        const isConfigured = subscribed.has(receiver.id) || MESSAGES.includes(receiver.id);
        return { ...receiver, condition: isConfigured ? conditionOf(receiver) : ('unknown' as const) };
      })
      .sort((left, right) => (left.id < right.id ? -1 : 1));
  };
  const known = async (receiver: string): Promise<ListedReceiver> => {
    const found = (await list()).find(({ id }) => id === receiver);
    if (found !== undefined) return found;
    throw new ConfigError(`there is no receiver ${JSON.stringify(receiver)}: "tessera webhooks list" shows all`);
  };
  return {
    list,
    async replay({ receiver, ...which }) {
      const { disabledAt } = await known(receiver);
      const subscription = (await subscriptions(beside)).get(receiver);
      if (subscription === undefined) {
        throw new ConfigError(`${receiver} is told of no events, so that there is nothing to replay`);
      }
      if (disabledAt !== null) {
        throw new ConfigError(
          `${receiver} said that it is gone: open it with "tessera webhooks retry --receiver ${receiver}" first`,
        );
      }
      const at = now();
      // What happens from now on is sent anyway.
      const query = { until: at, ...which, ...subscription, receiver, now: at };
      let count = 0;
      for (let after: string | null = null; ; ) {
        const { added, next } = await outbox.replay(query, after, PAGE);
        count += added;
        if (next === null) return count;
        after = next;
      }
    },
    async retry(receiver) {
      await known(receiver);
      let count = 0;
      for (;;) {
        const revived = await outbox.retry(receiver, now(), PAGE);
        count += revived;
        if (revived < PAGE) return count;
      }
    },
    close: () => beside.close(),
  };
}

function conditionOf(receiver: ReceiverSummary): 'ok' | 'down' | 'gone' {
  if (receiver.disabledAt !== null) return 'gone';
  return isDown(receiver) ? 'down' : 'ok';
}

async function open(database: Database): Promise<Beside> {
  return database.engine === 'sqlite' ? openSqliteBeside(database.path) : openPostgresBeside(postgresConfig(database));
}

interface Subscribed {
  readonly organizationId: string;
  readonly types: readonly EventType[];
}

/** By the ids of receivers. */
async function subscriptions(beside: Beside): Promise<ReadonlyMap<string, Subscribed>> {
  const directory = await loadDirectory(beside);
  return new Map(
    [...directory.all()].flatMap(({ id, subscriptions: subscribed = [] }) =>
      subscribed.map(({ receiver, events }) => [receiver, { organizationId: id, types: events }] as const),
    ),
  );
}
