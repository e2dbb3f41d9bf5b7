import { latestToken } from '../../dialects/jframework/mails.ts';
import type { Tessera, TestRequest, TestResponse } from '../../support/tessera.ts';

/** Strings that appear nowhere else; whatever holds one of them has kept what it was told. */
export const DECLARED = {
  pat: 'canary-pat-00000000001',
  password: 'Canary-pass-1!',
  ownliSecret: 'canary-ownli-secret',
  avibraSecret: 'canary-avibra-secret',
  apiKey: 'canary-api-key',
  linkSecret: 'canary-link-secret',
  hookSecret: 'canary-hook-secret',
};
export const SENT = {
  password: 'Canary-sent-1!',
  wrongPassword: 'Canary-wrong-1!',
  changedPassword: 'Canary-changed-1!',
  resetPassword: 'Canary-reset-1!',
  badToken: 'canary-bad-token',
  totpSecret: 'CANARYCANARYCANARYCANARY',
  hash: '$2b$10$Ro0CUfOqk6cXEKf3dyaM7OhSCvnwM9s4wIX9JeLapehKK5YdLxKcm',
};
export const PERSONAL = {
  givenName: 'Canarigivenname',
  familyName: 'Canarifamilyname',
  nickName: 'Canarinickname',
  email: 'canarimail@canaridomain.test',
  phone: '+12025550177',
  nationalPhone: '2025550177',
  username: 'canariusername',
  city: 'Canaricity',
  bio: 'Canaribiography',
  userid: 'canari-external-id',
  policyNumber: 'canari-policy-number',
  pushToken: 'canari-push-token',
};
export const KEYS = ['canary-key-1', 'canary-key-2', 'canary-key-3', 'canary-key-4', 'canary-key-5'] as const;

/** A server that is told all this, and what came of it. */
export interface Canaries {
  send(method: string, path: string, request?: TestRequest): Promise<TestResponse>;
  /** Every call so far. */
  readonly answers: readonly { readonly method: string; readonly path: string; readonly answer: TestResponse }[];
  /** Secrets that the server made. */
  readonly made: Record<string, string>;
  /** The token in the latest mail to a user. */
  mailedTo(userId: string): Promise<string>;
}

export function canariesOn(server: Pick<Tessera, 'send' | 'database' | 'dataDir'>): Canaries {
  const answers: Canaries['answers'][number][] = [];
  return {
    answers,
    made: {},
    mailedTo: (userId) => latestToken(server, userId),
    async send(method, path, request = {}) {
      const answer = await server.send(method, path, request);
      answers.push({ method, path, answer });
      return answer;
    },
  };
}
