import type { Wording } from '../wording.ts';
import { GERMAN } from './de.ts';
import { ENGLISH } from './en.ts';

/** By the language of a BCP 47 tag. */
export const WORDINGS: ReadonlyMap<string, Wording> = new Map([
  ['en', ENGLISH],
  ['de', GERMAN],
]);

/** The wording in the language of a person, with its times in the manner of the person's country; else English. */
export function wordingFor(tag: string | null): Wording {
  const [language = '', ...more] = tag?.split('-') ?? [];
  const wording = WORDINGS.get(language);
  if (tag === null || wording === undefined) return ENGLISH;
  return more.length === 0 ? wording : { ...wording, locale: tag };
}
