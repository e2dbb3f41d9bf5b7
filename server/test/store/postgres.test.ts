import { pino } from 'pino';
import { openPostgresStore } from '../../src/store/postgres/index.ts';
import { createDatabase } from '../support/postgres/database.ts';
import { describeStore, type TestDatabase } from './contract.ts';
import { describeCredentials } from './credentials.ts';

const CONNECTIONS = 5;

const create = async (): Promise<TestDatabase> => {
  const { url, drop } = await createDatabase();
  return {
    open: async () => {
      const { store, started } = await openPostgresStore(
        { connectionString: url, max: CONNECTIONS, statementTimeout: 10_000 },
        { log: pino({ level: 'silent' }), patience: 5_000 },
      );
      await started();
      return store;
    },
    destroy: drop,
  };
};

describeStore('postgres', create);
describeCredentials('postgres', create);
