import type { DeferredWork } from '../../app/ports/store.ts';
import type { Submission } from '../../app/submission.ts';
import type { Dialect } from '../shared/route.ts';

export function avibra(_services: object): { dialect: Dialect; submissionOf: (work: DeferredWork) => Submission } {
  const dialect: Dialect = {
    name: 'avibra',
    prefixes: ['/__avibra'],
    routes: [],
    renderError: () => ({ status: 500, body: '' }),
  };
  return {
    dialect,
    submissionOf: () => {
      throw new Error('no deferred work');
    },
  };
}
