import type { CodeMessage, StateNotice } from '../../core/user/commands.ts';

/** All that messages say in one language. Whatever is put in between is plain text and never has line breaks. */
export interface Wording {
  /** BCP 47, of the text and of the times in it. */
  readonly locale: string;
  readonly greeting: (name: string | null) => string;
  readonly codes: Readonly<Record<CodeMessage['kind'], CodeWords>>;
  readonly notices: Readonly<Record<StateNotice, NoticeWords>>;
  /** Before the code. */
  readonly code: string;
  /** Before the id of an invitation that is known by an id and a code. */
  readonly invitation: string;
  readonly until: (time: string) => string;
  /** For whoever got a code that they did not want. */
  readonly unexpected: string;
  readonly questions: (sender: string) => string;
}

export interface NoticeWords {
  /** @param sender in whose name it is written: an organization or an application */
  readonly subject: (sender: string) => string;
  readonly body: (sender: string) => string;
}

export interface CodeWords extends NoticeWords {
  /** What the link does. */
  readonly action: string;
  /** What the code is for, in a text message. */
  readonly short: string;
}
