import { describeStore } from './contract.ts';
import { describeCredentials } from './credentials.ts';
import { createPostgres } from './fresh-store.ts';
import { describeOutbox } from './outbox.ts';

const create = () => createPostgres(5);

describeStore('postgres', create);
describeCredentials('postgres', create);
describeOutbox('postgres', create);
