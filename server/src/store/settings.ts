/** Names of settings that the stores themselves keep. */
export const REVISION = 'revision';
export const INSTANCE = 'instance';
export const PROCESSES = 'processes';
/** There while the tables that lists are made from do not follow from the records. */
export const SEARCH_STALE = 'search stale';
/** There while the database is an unfinished copy of another: how far it came. No server may run on it. */
export const COPY = 'copy';

/** Most clashing claims that are told to the operator. */
export const CLASHES_SHOWN = 10;
