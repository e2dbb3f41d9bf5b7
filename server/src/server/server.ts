import type { AddressInfo } from 'node:net';
import { mountDialect } from '../api/shared/dialect.ts';
import type { Dialect } from '../api/shared/route.ts';
import { SERVICES as ZITADEL_SERVICES } from '../api/zitadel/index.ts';
import { Codes } from '../app/codes.ts';
import { DeferredWorker } from '../app/deferred.ts';
import { DeliveryWorker } from '../app/deliveries/worker.ts';
import { Executor } from '../app/executor.ts';
import { LiveDirectory } from '../app/live-directory.ts';
import type { Clock } from '../app/ports/clock.ts';
import type { PasswordHasher } from '../app/ports/password-hasher.ts';
import type { Secrets } from '../app/ports/secrets.ts';
import type { Senders } from '../app/ports/sender.ts';
import { type Store, StoreUnavailable } from '../app/ports/store.ts';
import { RateLimits } from '../app/rate-limits.ts';
import { Users } from '../app/users.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Environment } from '../config/env.ts';
import { renderFirstScreen } from '../config/first-screen.ts';
import { defaultPublicUrl, type ServeOptions } from '../config/options.ts';
import { readSetup } from '../config/setup-file.ts';
import { DomainError } from '../core/errors.ts';
import { DEFAULT_RATE_LIMITS } from '../core/values/rate-limits.ts';
import { createIds, PROCESS_NUMBERS } from '../crypto/ids.ts';
import { loadInstanceKey } from '../crypto/instance-key.ts';
import { createMachineKeys } from '../crypto/machine-keys.ts';
import { createPasswordHasher } from '../crypto/passwords/hasher.ts';
import { random } from '../crypto/random.ts';
import { createSecrets } from '../crypto/secrets.ts';
import { sessionKeys } from '../crypto/session-keys.ts';
import { webAuthn } from '../crypto/webauthn.ts';
import { createLogger, type Logger } from '../logger.ts';
import { loadCertificate } from './certificate.ts';
import { buildDialects, type Services } from './dialects.ts';
import { mountDocs } from './docs/mount.ts';
import { drain } from './drain.ts';
import { mountGrpcServices } from './grpc/mount.ts';
import { mountHealth } from './health.ts';
import { createHttpServer } from './http.ts';
import { openStore } from './open-store.ts';
import { Pruner } from './pruner.ts';
import { createSenders } from './senders.ts';
import { applySetup } from './setup/index.ts';
import { makeDataFolder, tryAddress } from './start-checks.ts';
import { Watcher } from './watcher.ts';

/** Milliseconds for requests under way; what is left of ten seconds is for work that was accepted and not applied yet. */
const DRAIN_DEADLINE = 7_000;
/** Name of the setting that tells under which key a database was made. */
const KEY_CHECK = 'key check';

export interface Io {
  readonly stdout: { write(text: string): unknown };
  readonly env: Environment;
}

export interface StartedServer {
  /** `http://HOST:PORT`, or `https`, as bound. */
  readonly url: string;
  /** Resolves, with one sentence for the operator, when the server should be closed because it cannot go on. */
  readonly failed: Promise<string>;
  /** Takes no new work and resolves when what was accepted is finished and everything is closed. */
  close(reason: string): Promise<void>;
}

/** What may be replaced in tests. */
export interface ServerParts {
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Sees the store once it is open. */
  readonly onStore?: (store: Store) => Store;
  readonly onHasher?: (hasher: PasswordHasher) => PasswordHasher;
  /** Who brings deliveries to receivers, unless those of the settings do; `null` leaves all of them in the outbox. */
  readonly senders?: Senders | null | undefined;
  /** Sees the APIs that are served. */
  readonly onDialects?: (dialects: readonly Dialect[]) => void;
}

/**
 * Builds everything, brings the database up to date, and listens. Rejects, with everything closed again, when it
 * cannot start; the message is one sentence for the operator.
 */
export async function startServer(options: ServeOptions, io: Io, parts: ServerParts = {}): Promise<StartedServer> {
  const { clock = Date.now, logger = createLogger({ level: options.logLevel }) } = parts;
  const declared = options.setupPath === undefined ? null : readSetup(options.setupPath, io.env);
  const certificate = loadCertificate(options.tls);
  const encrypted = certificate !== undefined;
  await tryAddress(options.host, options.port);
  makeDataFolder(options.dataDir);
  const opened = await openStore(options, logger);
  const store = parts.onStore?.(opened.store) ?? opened.store;
  const closing: (() => Promise<unknown>)[] = [() => store.close(), () => opened.started()];
  const closeAll = async (): Promise<void> => {
    for (const close of closing.reverse()) {
      // One part that cannot be closed must not keep the others open.
      await close().catch((err: unknown) => logger.error({ err }, 'a part of the server could not be closed'));
    }
  };

  try {
    // Under the lock of the database, so that two first starts cannot make two keys.
    const secrets = await loadSecrets(store, options);
    const created = createPasswordHasher();
    const hasher = parts.onHasher?.(created) ?? created;
    const nextId = createIds(clock, (await store.nextProcessNumber()) % PROCESS_NUMBERS);
    const directory = await LiveDirectory.load(store);
    const facts = () => ({ now: clock(), directory: directory.current, secrets });
    let deliveries: DeliveryWorker | undefined;
    closing.push(async () => deliveries?.stop());
    const refresh = () => directory.refresh();
    const executor = new Executor(store, facts, { refresh, onDeliveries: (receivers) => deliveries?.tell(receivers) });
    closing.push(() => executor.drained());
    const users = new Users({ store, executor, directory, clock });
    const limits = new RateLimits(() => directory.current.instance.rateLimits ?? DEFAULT_RATE_LIMITS, clock);
    const { dataDir } = options;
    const first = await applySetup({ users, store, secrets, hasher, clock, nextId, declared, dataDir });
    await opened.started();

    let publicUrl = options.publicUrl ?? defaultPublicUrl(options.host, options.port, encrypted);
    const app = createHttpServer({ logger, trustedProxies: options.trustedProxies, certificate });
    closing.push(() => app.close());
    const services: Services = {
      users,
      store,
      hasher,
      limits,
      secrets,
      sessionKeys,
      random,
      machineKeys: createMachineKeys(),
      webAuthn,
      nextId,
      clock,
      publicUrl: () => publicUrl,
      logger,
    };
    const { dialects, portal, submissionOf } = buildDialects({
      ...services,
      codes: new Codes(secrets, random, clock),
      deferred: () => deferred,
    });
    const deferred = new DeferredWorker({ store, users, submissionOf, log: logger });
    closing.push(() => deferred.stop());
    await deferred.start();
    for (const dialect of [...dialects, portal]) mountDialect(app, dialect satisfies Dialect);
    parts.onDialects?.(dialects);
    mountDocs(app, dialects);
    mountHealth(app, () => store.readiness());
    mountGrpcServices(app, ZITADEL_SERVICES, () => store.readiness());

    const failed = Promise.withResolvers<string>();
    const watcher = new Watcher({ store, directory, logger, onUnfit: failed.resolve });
    closing.push(() => watcher.stop());
    const pruner = new Pruner(store, clock, logger);
    closing.push(async () => pruner.stop());
    closing.push(() => drain(app, DRAIN_DEADLINE));
    await app.listen({ host: options.host, port: options.port });
    const { port } = app.server.address() as AddressInfo;
    const url = defaultPublicUrl(options.host, port, encrypted);
    publicUrl = options.publicUrl ?? url;
    const configured = createSenders({ ...services, directory, dataDir });
    closing.unshift(() => configured.close());
    const { senders = configured.senders } = parts;
    // Links in messages are made from the address, which is known only now.
    if (senders !== null) {
      const { outbox } = store;
      deliveries = new DeliveryWorker({ outbox, senders, refresh, clock, holder: random.hex(16), log: logger });
      deliveries.start();
    }
    if (first !== null) io.stdout.write(`${renderFirstScreen({ ...first, baseUrl: url })}\n`);
    return {
      url,
      failed: failed.promise,
      close: async (reason) => {
        logger.info({ reason }, 'stopping');
        await closeAll();
        logger.flush();
      },
    };
  } catch (error) {
    await closeAll();
    throw toldToOperator(error, options);
  }
}

/** What is wrong with the database, in place of what callers of an API would be told. */
function toldToOperator(error: unknown, { database }: ServeOptions): unknown {
  const isRefusal = error instanceof DomainError && error.reason === 'store_unavailable';
  const why = isRefusal ? error.details.cause : error;
  if (!(why instanceof StoreUnavailable)) return error;
  return new ConfigError(database.engine === 'sqlite' ? `${why.message}: ${database.path}` : why.message);
}

/** Codes, tokens and sealed answers of a database are worthless under another key, and new ones would be lost. */
async function loadSecrets(store: Store, { dataDir, key }: ServeOptions): Promise<Secrets> {
  const known = await store.setting(KEY_CHECK);
  const secrets = createSecrets(loadInstanceKey(dataDir, key, known === null));
  if (known === null) await store.saveSettings(new Map([[KEY_CHECK, secrets.keyCheck]]));
  else if (known !== secrets.keyCheck) {
    throw new ConfigError('the instance key is not the one this database was made with');
  }
  return secrets;
}
