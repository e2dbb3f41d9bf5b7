import { expect, it } from 'vitest';
import { NOW } from '../../../test/support/given.ts';
import { codeMessage, deliveryOf } from '../../../test/support/messages.ts';
import { messageId } from './message-id.ts';

const id = (more: Parameters<typeof deliveryOf>[1]) => messageId(deliveryOf(codeMessage(), more));

it('the id of a message is the same for every try, and another when it is asked for again', () => {
  expect(id({ attempts: 3 })).toBe(id({ attempts: 0 }));
  expect(id({ createdAt: NOW + 1 })).not.toBe(id({ createdAt: NOW }));
});
