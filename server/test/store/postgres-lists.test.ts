import { createPostgres } from './fresh-store.ts';
import { describeLists } from './lists.ts';

describeLists('postgres', () => createPostgres(3));
