import { describeStore } from './contract.ts';
import { describeCredentials } from './credentials.ts';
import { createPostgres } from './fresh-store.ts';

const create = () => createPostgres(5);

describeStore('postgres', create);
describeCredentials('postgres', create);
