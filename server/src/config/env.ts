/** Environment variables as plain data. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A copy of the process environment. The only place that reads it; everything else is handed what it needs. */
export function readEnv(): Environment {
  return { ...process.env };
}
