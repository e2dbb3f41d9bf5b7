/**
 * Tessera cannot start as it was told to. The message is one sentence for the operator: it names the option, variable
 * or setup member at fault and never shows a secret.
 */
export class ConfigError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ConfigError';
  }
}
