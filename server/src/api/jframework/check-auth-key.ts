import { DomainError } from '../../core/errors.ts';
import type { Handler } from '../shared/route.ts';
import { reader } from '../shared/schema.ts';
import { readKey } from './authenticate.ts';
import { success } from './envelope.ts';
import { readBody } from './read-body.ts';
import type { Context } from './services.ts';
import { CheckKeyBody } from './sign-in-schema.ts';

/** POST /users/check-auth-key-available: whether a key holds at this brand, now. */
export function checkAuthKey(context: Context): Handler {
  const body = reader(CheckKeyBody);
  return async (request) => {
    const brand = context.brands.of(request.headers);
    const { authKey } = readBody(request, body);
    try {
      await readKey(authKey, brand, context);
      return success(200, 'true');
    } catch (error) {
      if (error instanceof DomainError && error.code === 'unauthenticated') return success(200, 'false');
      throw error;
    }
  };
}
