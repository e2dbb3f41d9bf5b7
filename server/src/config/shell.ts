/** A text as one word of a POSIX shell: nothing in it is expanded. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
