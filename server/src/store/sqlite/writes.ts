import type { NewDelivery } from '../../app/ports/outbox.ts';
import type { BatchChanges, StoredAnswer } from '../../app/ports/store.ts';
import type { UserEvent } from '../../core/user/events.ts';
import type { User } from '../../core/user/user.ts';
import { writeDocument } from '../documents.ts';
import type { Statements } from './statements.ts';

/** Writes a batch within the transaction under way, all but what lists are made from. */
export function writeChanges(statements: Statements, changes: BatchChanges): void {
  const s = statements;
  for (const { user, isNew } of changes.users) writeUser(s, user, isNew);
  for (const event of changes.events) writeEvent(s, event);
  for (const [key, holder] of changes.claimsRemoved) s.deleteClaim.run(key, holder);
  for (const [key, holder] of changes.claimsAdded) s.insertClaim.run(key, holder);
  for (const answer of changes.answers) writeAnswer(s, answer);
  for (const delivery of changes.deliveries) writeDelivery(s, delivery);
  for (const { queue, payload } of changes.deferred) s.insertDeferred.run(queue, payload);
  for (const { id } of changes.settled) s.deleteDeferred.run(id);
}

/** In the place of an answer that has the same key. */
export function writeAnswer(statements: Statements, answer: StoredAnswer): void {
  const { key, fingerprint, payload, sealed, expiresAt } = answer;
  statements.saveAnswer.run(key, fingerprint, payload, sealed ? 1 : 0, expiresAt);
}

function writeDelivery({ insertDelivery }: Statements, { receiver, userId, content, at }: NewDelivery): void {
  const sequence = 'sequence' in content ? content.sequence : null;
  const message = 'message' in content ? JSON.stringify(content.message) : null;
  insertDelivery.run(userId, receiver, content.kind, sequence, at, at, message);
}

function writeEvent({ insertEvent }: Statements, event: UserEvent): void {
  const { userId, sequence, organizationId, kind, type, schema, at, origin, changes } = event;
  const { actor, dialect, client, requestId } = origin;
  const body = JSON.stringify(changes);
  insertEvent.run(userId, sequence, organizationId, kind, type, schema, at, actor, dialect, client, requestId, body);
}

function writeUser({ insertUser, updateUser }: Statements, user: User, isNew: boolean): void {
  const document = writeDocument(user);
  const { id, organizationId: organization, kind, state, username, sequence, version, createdAt, changedAt } = user;
  if (isNew) {
    insertUser.run(id, organization, kind, state, username, sequence, version, createdAt, changedAt, document);
  } else updateUser.run(state, username, sequence, version, changedAt, document, id);
}
