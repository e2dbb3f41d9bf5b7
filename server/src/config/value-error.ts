/** A value that does not fit. The message completes a sentence that begins with the name of the option. */
export class ValueError extends Error {}
