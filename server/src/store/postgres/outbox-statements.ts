import { DELIVERY_COLUMNS } from '../deliveries.ts';
import type { Statement } from './statements.ts';

function statement(name: string, text: string): Statement {
  return { name, text };
}

const DELIVERIES = `SELECT ${DELIVERY_COLUMNS}`;
const EVENT = 'LEFT JOIN events AS e ON e.user_id = o.user_id AND e.sequence = o.sequence';

/** Rows of those receivers ($1 names them, row by row) that the process still holds; they are locked by then. */
const HELD = 'EXISTS (SELECT FROM receivers AS r WHERE r.id = c.receiver AND r.holder = $1)';

export const OUTBOX = {
  /** Goes from receiver to receiver along the index, however many rows each of them has. */
  waiting: statement(
    'outbox_waiting',
    `WITH RECURSIVE waiting (id) AS (
       (SELECT receiver FROM outbox WHERE died_at IS NULL ORDER BY receiver LIMIT 1)
       UNION ALL
       SELECT (SELECT receiver FROM outbox WHERE died_at IS NULL AND receiver > waiting.id ORDER BY receiver LIMIT 1)
       FROM waiting WHERE waiting.id IS NOT NULL
     )
     SELECT waiting.id FROM waiting LEFT JOIN receivers AS r ON r.id = waiting.id
     WHERE EXISTS (SELECT FROM outbox WHERE died_at IS NULL AND receiver = waiting.id AND due_at <= $2::bigint)
       AND (r.id IS NULL
         OR (r.due_at <= $2::bigint AND (r.holder IS NULL OR r.holder = $1 OR r.held_until <= $2::bigint)))`,
  ),
  addReceiver: statement('outbox_add_receiver', 'INSERT INTO receivers (id) VALUES ($1) ON CONFLICT DO NOTHING'),
  /** Whoever else is at it has it. */
  claim: statement(
    'outbox_claim',
    `UPDATE receivers SET holder = $2, held_until = $4::bigint WHERE id = (
       SELECT id FROM receivers WHERE id = $1 AND (holder IS NULL OR holder = $2 OR held_until <= $3::bigint)
       FOR UPDATE SKIP LOCKED)
     RETURNING *`,
  ),
  renew: statement(
    'outbox_renew',
    'UPDATE receivers SET held_until = $4::bigint WHERE id = $1 AND holder = $2 AND held_until > $3::bigint',
  ),
  release: statement(
    'outbox_release',
    'UPDATE receivers SET holder = NULL, held_until = 0 WHERE id = ANY($1::text[]) AND holder = $2',
  ),
  due: statement(
    'outbox_due',
    `WITH near AS MATERIALIZED (
       SELECT user_id FROM outbox
       WHERE died_at IS NULL AND receiver = $1 AND due_at <= $2::bigint AND user_id <> ALL($3::text[])
       ORDER BY due_at, id LIMIT $4
     ), lanes AS MATERIALIZED (SELECT DISTINCT user_id FROM near)
     ${DELIVERIES}, (SELECT count(*) FROM near) AS looked_at FROM lanes
     CROSS JOIN LATERAL (
       SELECT * FROM outbox WHERE died_at IS NULL AND receiver = $1 AND user_id = lanes.user_id ORDER BY id
       LIMIT greatest(1, $4::bigint / (SELECT count(*) FROM lanes))
     ) AS o
     ${EVENT} ORDER BY o.id`,
  ),
  postponeFollowers: statement(
    'outbox_postpone_followers',
    `UPDATE outbox SET due_at = c.until FROM unnest($1::text[], $2::bigint[]) AS c (user_id, until)
     WHERE outbox.user_id = c.user_id AND outbox.id IN (
       SELECT id FROM outbox WHERE died_at IS NULL AND receiver = $3 AND due_at <= $4::bigint AND user_id = ANY($1::text[])
       ORDER BY due_at, id LIMIT $5)`,
  ),
  /** Those that are still held, and are until the end of the transaction. */
  lockHeld: statement(
    'outbox_lock_held',
    'SELECT id FROM receivers WHERE holder = $1 AND id = ANY($2::text[]) ORDER BY id FOR UPDATE',
  ),
  delivered: statement(
    'outbox_delivered',
    `DELETE FROM outbox USING unnest($1::text[], $2::bigint[]) AS c (user_id, id)
     WHERE outbox.user_id = c.user_id AND outbox.id = c.id`,
  ),
  postpone: statement(
    'outbox_postpone',
    `UPDATE outbox SET due_at = c.due_at, attempts = attempts + c.tries
     FROM unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[]) AS c (user_id, id, receiver, due_at, tries)
     WHERE outbox.user_id = c.user_id AND outbox.id = c.id AND died_at IS NULL AND ${HELD}`,
  ),
  bury: statement(
    'outbox_bury',
    `UPDATE outbox SET died_at = c.died_at, answer = c.answer
     FROM unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[]) AS c (user_id, id, receiver, died_at, answer)
     WHERE outbox.user_id = c.user_id AND outbox.id = c.id AND outbox.died_at IS NULL AND ${HELD}`,
  ),
  saveStates: statement(
    'outbox_save_states',
    `UPDATE receivers SET failures = c.failures, due_at = c.due_at, disabled_at = c.disabled_at,
       disabled_address = c.disabled_address, answer = c.answer
     FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[])
       AS c (id, failures, due_at, disabled_at, disabled_address, answer)
     WHERE receivers.id = c.id AND receivers.holder = $1`,
  ),
  giveUp: statement(
    'outbox_give_up',
    `UPDATE outbox SET died_at = $2::bigint, answer = $3 FROM (
       SELECT user_id, id, created_at FROM outbox WHERE died_at IS NULL AND receiver = $1 ORDER BY due_at, id LIMIT $4
     ) AS c
     WHERE outbox.user_id = c.user_id AND outbox.id = c.id AND c.created_at < $5::bigint
       AND EXISTS (SELECT FROM receivers WHERE id = $1 AND holder = $6)`,
  ),
  deadLetters: statement(
    'outbox_dead_letters',
    `${DELIVERIES} FROM outbox AS o ${EVENT} WHERE o.died_at IS NOT NULL AND o.receiver = $1 ORDER BY o.id DESC LIMIT $2`,
  ),
  /**
   * Before the letters: whoever delivers finds them under a claim of its own. Until when it was held stays, as whoever
   * held it may go on until then.
   */
  reopen: statement(
    'outbox_reopen',
    'UPDATE receivers SET failures = 0, disabled_at = NULL, disabled_address = NULL, holder = NULL WHERE id = $1',
  ),
  revive: statement(
    'outbox_revive',
    `UPDATE outbox SET died_at = NULL, answer = NULL, attempts = 0, created_at = $2::bigint, due_at = $2::bigint FROM (
       SELECT user_id, id FROM outbox WHERE died_at IS NOT NULL AND receiver = $1 ORDER BY id LIMIT $3
     ) AS c WHERE outbox.user_id = c.user_id AND outbox.id = c.id`,
  ),
  rest: statement('outbox_rest', 'UPDATE receivers SET due_at = greatest($2::bigint, held_until) WHERE id = $1'),
  receivers: statement(
    'outbox_receivers',
    `SELECT coalesce(r.id, w.receiver) AS id, coalesce(failures, 0) AS failures, coalesce(due_at, 0) AS due_at,
       disabled_at, disabled_address, answer, coalesce(waiting, 0) AS waiting, coalesce(dead, 0) AS dead, oldest
     FROM receivers AS r FULL JOIN (
       SELECT receiver, count(*) FILTER (WHERE died_at IS NULL) AS waiting,
         count(*) FILTER (WHERE died_at IS NOT NULL) AS dead, min(created_at) FILTER (WHERE died_at IS NULL) AS oldest
       FROM outbox GROUP BY receiver) AS w ON w.receiver = r.id
     ORDER BY 1`,
  ),
  prune: statement(
    'outbox_prune',
    `DELETE FROM outbox USING (
       SELECT user_id, id FROM outbox WHERE died_at IS NOT NULL AND died_at < $1 ORDER BY died_at LIMIT $2
     ) AS c WHERE outbox.user_id = c.user_id AND outbox.id = c.id`,
  ),
} as const;
