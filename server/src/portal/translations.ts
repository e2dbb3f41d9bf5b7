import type { Language } from './language.ts';
import type { Texts } from './texts.ts';
import { DE } from './texts-de.ts';
import { EN } from './texts-en.ts';

const TEXTS: Readonly<Record<Language, Texts>> = { en: EN, de: DE };

export function textsIn(language: Language): Texts {
  return TEXTS[language];
}
