/** Names of settings that the stores themselves keep. */
export const REVISION = 'revision';
export const INSTANCE = 'instance';
export const PROCESSES = 'processes';

/** Most clashing claims that are told to the operator. */
export const CLASHES_SHOWN = 10;
