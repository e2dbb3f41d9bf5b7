export { CopyDiffers, type TableDigest } from './compare.ts';
export { type CopyOptions, CopyStopped, copyInstance, type Step } from './copy.ts';
export type { PageSize, Source, Target } from './dump.ts';
export { openPostgresSource, openPostgresTarget } from './postgres.ts';
export { openSqliteSource, openSqliteTarget } from './sqlite.ts';
