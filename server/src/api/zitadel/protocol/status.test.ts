import { describe, expect, it } from 'vitest';
import { restStatus, STATUS_CODES, statusJson, statusWithId } from './status.ts';

describe('statusJson', () => {
  it('puts the id behind the message and both into a detail', () => {
    expect(statusJson(statusWithId(5, 'COMMAND-ugjs0upun6', 'User could not be found'))).toEqual({
      code: 5,
      message: 'User could not be found (COMMAND-ugjs0upun6)',
      details: [
        {
          '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail',
          id: 'COMMAND-ugjs0upun6',
          message: 'User could not be found',
        },
      ],
    });
  });

  it('tells failed attempts in a detail of its own kind', () => {
    expect(statusJson(statusWithId(3, 'COMMAND-3M0fs', 'Password is invalid', 1)).details).toEqual([
      {
        '@type': 'type.googleapis.com/zitadel.v1.CredentialsCheckError',
        id: 'COMMAND-3M0fs',
        message: 'Password is invalid',
        failedAttempts: 1,
      },
    ]);
  });

  it('has no details member without details', () => {
    expect(statusJson({ code: 16, message: 'auth header missing' })).toEqual({
      code: 16,
      message: 'auth header missing',
    });
  });
});

describe('restStatus', () => {
  it('maps all codes', () => {
    const statuses = Object.values(STATUS_CODES).map((code) => [code, restStatus(code)]);
    expect(Object.fromEntries(statuses)).toEqual({
      1: 499,
      2: 500,
      3: 400,
      4: 504,
      5: 404,
      6: 409,
      7: 403,
      8: 429,
      9: 400,
      10: 409,
      11: 400,
      12: 501,
      13: 500,
      14: 503,
      15: 500,
      16: 401,
    });
  });
});
