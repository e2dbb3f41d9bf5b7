/** The database cannot be used; the message is one sentence for the operator. */
export class StoreRefused extends Error {
  constructor(message: string, cause: unknown) {
    super(message, cause === null ? undefined : { cause });
    this.name = 'StoreRefused';
  }
}
