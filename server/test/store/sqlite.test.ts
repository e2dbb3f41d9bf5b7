import { describeStore } from './contract.ts';
import { describeCredentials } from './credentials.ts';
import { createSqlite } from './fresh-store.ts';
import { describeOutbox } from './outbox.ts';

describeStore('sqlite', createSqlite);
describeCredentials('sqlite', createSqlite);
describeOutbox('sqlite', createSqlite);
