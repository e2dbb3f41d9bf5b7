import { describeStore } from './contract.ts';
import { describeCredentials } from './credentials.ts';
import { createSqlite } from './fresh-store.ts';

describeStore('sqlite', createSqlite);
describeCredentials('sqlite', createSqlite);
