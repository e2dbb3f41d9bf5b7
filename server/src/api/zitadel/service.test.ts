import { create } from '@bufbuild/protobuf';
import { describe, expect, it, vi } from 'vitest';
import type { TokenServices } from './authenticate.ts';
import { STATUS_CODES } from './protocol/status.ts';
import { LockUserRequestSchema, UserService } from './protocol/user-service.ts';
import { ServiceMethods, type TransportCall } from './service.ts';
import { StatusError } from './status-error.ts';

const LEFT = new StatusError({ code: STATUS_CODES.canceled, message: 'left' });
const actor = { organizationId: 'org' };
const token = { userId: 'u', credential: { kind: 'token', expiresAt: null }, issuedAt: null, jti: null };

/** A call whose caller leaves during one of its steps; the steps are told in the order in which they begin. */
function given(leavesDuring?: string) {
  const steps: string[] = [];
  const step = (name: string) => steps.push(name);
  const call: TransportCall = {
    requestId: 'r',
    header: (name) => (name === 'authorization' ? 'Bearer x' : undefined),
    checkWanted: () => {
      if (leavesDuring !== undefined && steps.includes(leavesDuring)) throw LEFT;
    },
    readMessage: async () => {
      step('read');
      return create(LockUserRequestSchema, { userId: 'u' });
    },
  };
  const services = {
    accessTokens: { read: async () => token },
    users: {
      actor: async () => {
        step('identify');
        return actor;
      },
    },
  } as unknown as TokenServices;
  const handle = vi.fn(async () => {
    step('handle');
    return { json: '{}', etag: '', replayed: false };
  });
  const permit = async () => void step('permit');
  const methods = new ServiceMethods(
    UserService,
    { methods: { lockUser: handle }, permits: { lockUser: permit } },
    services,
  );
  return { steps, invoke: () => methods.invoke(UserService.method.lockUser, call) };
}

describe('a call whose caller waits for it', () => {
  it('takes all its steps', async () => {
    const { steps, invoke } = given();
    await invoke();
    expect(steps).toEqual(['identify', 'read', 'permit', 'handle']);
  });
});

describe('a call whose caller stops waiting', () => {
  it.each([
    ['identify', ['identify']],
    ['read', ['identify', 'read']],
    ['permit', ['identify', 'read', 'permit']],
  ])('given that it happens during %s, then no further step begins', async (during, taken) => {
    const { steps, invoke } = given(during);
    await expect(invoke()).rejects.toBe(LEFT);
    expect(steps).toEqual(taken);
  });
});
