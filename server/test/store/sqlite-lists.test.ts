import { createSqlite } from './fresh-store.ts';
import { describeLists } from './lists.ts';

describeLists('sqlite', createSqlite);
