import type { DatabaseSync } from 'node:sqlite';
import { DELIVERY_COLUMNS } from '../deliveries.ts';

/** Rows of a delivery with its event. */
const DELIVERIES = `SELECT ${DELIVERY_COLUMNS} FROM outbox AS o
  LEFT JOIN events AS e ON e.user_id = o.user_id AND e.sequence = o.sequence`;

/** Whether `?` may say how a receiver (`?`) is doing. */
const HELD = 'EXISTS (SELECT 1 FROM receivers WHERE holder = ? AND id = ?)';

export function prepareOutboxStatements(db: DatabaseSync) {
  return {
    // Goes from receiver to receiver along the index, however many rows each of them has.
    waiting: db.prepare(
      `WITH RECURSIVE waiting (id) AS (
         SELECT min(receiver) FROM outbox WHERE died_at IS NULL
         UNION ALL
         SELECT (SELECT min(receiver) FROM outbox WHERE died_at IS NULL AND receiver > waiting.id)
         FROM waiting WHERE waiting.id IS NOT NULL
       )
       SELECT waiting.id FROM waiting LEFT JOIN receivers AS r ON r.id = waiting.id
       WHERE EXISTS (SELECT 1 FROM outbox WHERE died_at IS NULL AND receiver = waiting.id AND due_at <= $now)
         AND (r.id IS NULL OR (r.due_at <= $now AND (r.holder IS NULL OR r.holder = $holder OR r.held_until <= $now)))`,
    ),
    claim: db.prepare(
      `INSERT INTO receivers (id, holder, held_until) VALUES ($id, $holder, $until)
       ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
       WHERE receivers.holder IS NULL OR receivers.holder = excluded.holder OR receivers.held_until <= $now
       RETURNING *`,
    ),
    renew: db.prepare('UPDATE receivers SET held_until = ? WHERE id = ? AND holder = ? AND held_until > ?'),
    release: db.prepare('UPDATE receivers SET holder = NULL, held_until = 0 WHERE id = ? AND holder = ?'),
    near: db.prepare(
      `SELECT user_id FROM outbox INDEXED BY outbox_due WHERE died_at IS NULL AND receiver = ? AND due_at <= ?
         AND user_id NOT IN (SELECT value FROM json_each(?))
       ORDER BY due_at, id LIMIT ?`,
    ),
    firstOf: db.prepare(
      `${DELIVERIES} WHERE o.died_at IS NULL AND o.receiver = ? AND o.user_id = ? ORDER BY o.id LIMIT ?`,
    ),
    postponeFollowers: db.prepare(
      `UPDATE outbox SET due_at = $until WHERE id IN (
         SELECT id FROM outbox INDEXED BY outbox_due
         WHERE died_at IS NULL AND receiver = $receiver AND due_at <= $now AND user_id = $user
         ORDER BY due_at, id LIMIT $limit)`,
    ),
    delivered: db.prepare('DELETE FROM outbox WHERE id = ? AND user_id = ?'),
    postpone: db.prepare(
      `UPDATE outbox SET due_at = ?, attempts = attempts + ? WHERE died_at IS NULL AND id = ? AND ${HELD}`,
    ),
    bury: db.prepare(`UPDATE outbox SET died_at = ?, answer = ? WHERE died_at IS NULL AND id = ? AND ${HELD}`),
    saveState: db.prepare(
      `UPDATE receivers SET failures = ?, due_at = ?, disabled_at = ?, disabled_address = ?, answer = ?
       WHERE holder = ? AND id = ?`,
    ),
    isHeld: db.prepare('SELECT 1 FROM receivers WHERE holder = ? AND id = ?'),
    giveUp: db.prepare(
      `UPDATE outbox SET died_at = ?, answer = ? WHERE id IN (
         SELECT id FROM (
           SELECT id, created_at FROM outbox INDEXED BY outbox_due WHERE died_at IS NULL AND receiver = ?
           ORDER BY due_at, id LIMIT ?)
         WHERE created_at < ?) AND ${HELD}`,
    ),
    deadLetters: db.prepare(`${DELIVERIES} WHERE o.died_at IS NOT NULL AND o.receiver = ? ORDER BY o.id DESC LIMIT ?`),
    revive: db.prepare(
      `UPDATE outbox SET died_at = NULL, answer = NULL, attempts = 0, created_at = $now, due_at = $now WHERE id IN (
         SELECT id FROM outbox INDEXED BY outbox_dead WHERE died_at IS NOT NULL AND receiver = $receiver
         ORDER BY id LIMIT $limit)`,
    ),
    reopen: db.prepare(
      // Whoever held it may go on until the claim is over, and is not to be met by what is brought back.
      `UPDATE receivers SET failures = 0, due_at = max(?, held_until), disabled_at = NULL, disabled_address = NULL,
         holder = NULL WHERE id = ?`,
    ),
    receivers: db.prepare(
      `SELECT coalesce(r.id, w.receiver) AS id, coalesce(failures, 0) AS failures, coalesce(due_at, 0) AS due_at,
         disabled_at, disabled_address, answer, coalesce(waiting, 0) AS waiting, coalesce(dead, 0) AS dead, oldest
       FROM receivers AS r FULL JOIN (
         SELECT receiver, count(*) FILTER (WHERE died_at IS NULL) AS waiting,
           count(*) FILTER (WHERE died_at IS NOT NULL) AS dead, min(created_at) FILTER (WHERE died_at IS NULL) AS oldest
         FROM outbox GROUP BY receiver) AS w ON w.receiver = r.id
       ORDER BY 1`,
    ),
    prune: db.prepare(
      `DELETE FROM outbox WHERE id IN (
         SELECT id FROM outbox WHERE died_at IS NOT NULL AND died_at < ? ORDER BY died_at LIMIT ?)`,
    ),
  };
}

export type OutboxStatements = ReturnType<typeof prepareOutboxStatements>;
