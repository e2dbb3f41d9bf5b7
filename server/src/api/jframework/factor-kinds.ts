import type { Handler } from '../shared/route.ts';
import { callOf } from './call.ts';
import { success } from './envelope.ts';
import type { FactorKind } from './models.ts';
import type { Context } from './services.ts';

/** Second factors that a record may hold, whichever API they are set up through. */
const KINDS: readonly FactorKind[] = [
  { id: '1', code: 'TOTP', name: 'Authenticator app', description: 'Time-based codes of an application.' },
  { id: '2', code: 'SMS', name: 'SMS', description: 'Codes sent to the phone number.' },
  { id: '3', code: 'EMAIL', name: 'Email', description: 'Codes sent to the email address.' },
  { id: '4', code: 'U2F', name: 'Security key', description: 'Keys and devices that answer a challenge.' },
  { id: '5', code: 'RECOVERY_CODE', name: 'Recovery codes', description: 'Codes that are good for one sign-in each.' },
];

/** GET /mfa */
export function getFactorKinds(context: Context): Handler {
  const data = JSON.stringify(KINDS);
  return async (request) => {
    await callOf(request, context);
    return success(200, data);
  };
}
