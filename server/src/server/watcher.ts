import type { LiveDirectory } from '../app/live-directory.ts';
import type { Store } from '../app/ports/store.ts';
import type { Logger } from '../logger.ts';

/** Milliseconds between looks: what another process changed is to be seen here within a second. */
const LOOK_EVERY = 500;

export interface WatcherOptions {
  readonly store: Pick<Store, 'state'>;
  readonly directory: Pick<LiveDirectory, 'current' | 'refresh'>;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Called once, when the process can go on no longer, with one sentence for the operator. */
  readonly onUnfit: (sentence: string) => void;
}

/** Follows what other processes change in the database: the configuration, and the tables themselves. */
export class Watcher {
  readonly #options: WatcherOptions;
  #timer: NodeJS.Timeout | undefined;
  #look: Promise<void> = Promise.resolve();
  #stopped = false;
  #failing = false;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#schedule();
  }

  /** Resolves when nothing is read any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#look;
  }

  /** After the look before, so that a slow database is not asked by several at once. */
  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#look = this.#watch().then(() => this.#schedule());
    }, LOOK_EVERY);
    this.#timer.unref();
  }

  async #watch(): Promise<void> {
    const { store, directory, logger } = this.#options;
    try {
      const { revision, schemaFits } = await store.state();
      if (!schemaFits) this.#giveUp();
      else if (revision > directory.current.revision) {
        await directory.refresh();
        logger.info({ revision: directory.current.revision }, 'the configuration has changed');
      }
      if (this.#failing) logger.info({}, 'changes by other processes are followed again');
      this.#failing = false;
    } catch (err) {
      // Once: while the database is away every look fails.
      if (!this.#failing) logger.warn({ err }, 'changes by other processes cannot be followed');
      this.#failing = true;
    }
  }

  #giveUp(): void {
    const sentence = 'the database was migrated by another version of Tessera while this process ran, so it stops';
    this.#stopped = true;
    this.#options.logger.error({}, sentence);
    this.#options.onUnfit(sentence);
  }
}
