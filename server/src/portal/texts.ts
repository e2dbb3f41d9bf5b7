import type { FieldName, Problem } from './form.ts';
import type { Language } from './language.ts';

/** Everything a page says, in one language. */
export interface Texts {
  readonly language: Language;
  readonly title: string;
  readonly intro: (organization: string) => string;
  readonly sections: { readonly name: string; readonly contact: string; readonly address: string };
  readonly labels: Readonly<Record<FieldName, string>>;
  readonly hints: Readonly<Partial<Record<FieldName, string>>>;
  /** Beside a contact that was confirmed. */
  readonly confirmed: string;
  readonly noCountry: string;
  readonly problems: Readonly<Record<Problem, string>>;
  readonly save: string;
  readonly saved: string;
  readonly unchanged: string;
  /** Before the title of a page that shows problems. */
  readonly errorPrefix: string;
  readonly problemsFound: string;
  readonly conflict: { readonly title: string; readonly text: string };
  /** Before what is stored now, where it is not what was entered. */
  readonly stored: string;
  readonly nothingStored: string;
  readonly end: { readonly text: string; readonly button: string };
  readonly opening: { readonly title: string; readonly text: string };
  readonly notices: Readonly<Record<NoticeName, Notice>>;
}

/** A page with nothing but a message. */
export interface Notice {
  readonly title: string;
  readonly text: string;
}

export type NoticeName =
  | 'linkUsed'
  | 'linkInvalid'
  | 'noVisit'
  | 'formInvalid'
  | 'ended'
  | 'malformed'
  | 'notFound'
  | 'notAllowed'
  | 'tooLarge'
  | 'busy'
  | 'failed';
