import type { Answer } from '../api/shared/answer.ts';
import { COUNTRY_CODES } from '../core/values/country.ts';
import { FIELD_NAMES, type FieldName, type Problems, type Values } from './form.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';
import { page } from './page.ts';
import type { Texts } from './texts.ts';

export interface Details {
  readonly organization: string;
  /** What the inputs hold: what is stored, or what was entered. */
  readonly values: Values;
  readonly stored: Values;
  readonly isConfirmed: { readonly email: boolean; readonly phone: boolean };
  /** Of the record that the next form is about. */
  readonly version: number;
  readonly formToken: string;
  readonly state: State;
}

/** What happened last. */
export type State =
  | { readonly kind: 'opened' | 'saved' | 'unchanged' | 'conflict' }
  | { readonly kind: 'refused'; readonly problems: Problems };

const STATUS: Readonly<Record<State['kind'], number>> = {
  opened: 200,
  saved: 200,
  unchanged: 200,
  conflict: 409,
  refused: 422,
};

/** Attributes by which browsers fill in what they know, and phones show the right keyboard. */
const INPUTS: Readonly<Record<Exclude<FieldName, 'country'>, Html>> = {
  givenName: html`autocomplete="given-name"`,
  familyName: html`autocomplete="family-name"`,
  // Not of type email: what is stored may be an address that browsers would not show as it is.
  email: html`autocomplete="email" inputmode="email" autocapitalize="none" spellcheck="false"`,
  phone: html`type="tel" autocomplete="tel"`,
  line1: html`autocomplete="address-line1"`,
  line2: html`autocomplete="address-line2"`,
  postalCode: html`autocomplete="postal-code"`,
  city: html`autocomplete="address-level2"`,
  state: html`autocomplete="address-level1"`,
};

/** The form, with what became of the one before it. */
export function detailsPage(texts: Texts, details: Details): Answer {
  const { state, organization, version, formToken } = details;
  const field = (name: FieldName): Html => fieldOf(texts, details, name);
  const prefix = state.kind === 'refused' || state.kind === 'conflict' ? texts.errorPrefix : '';
  const content = html`<h1>${texts.title}</h1>
<p>${texts.intro(organization)}</p>
${messageOf(texts, state)}<form method="post" action="portal" novalidate>
<input type="hidden" name="token" value="${formToken}">
<input type="hidden" name="version" value="${version}">
<fieldset><legend>${texts.sections.name}</legend><div class="pair">${field('givenName')}${field('familyName')}</div></fieldset>
<fieldset><legend>${texts.sections.contact}</legend><div>${field('email')}${field('phone')}</div></fieldset>
<fieldset><legend>${texts.sections.address}</legend><div>${field('line1')}${field('line2')}
<div class="pair">${field('postalCode')}${field('city')}</div>
<div class="pair">${field('state')}${field('country')}</div></div></fieldset>
<button>${texts.save}</button>
</form>
<form class="end" method="post" action="portal/end">
<input type="hidden" name="token" value="${formToken}">
<p>${texts.end.text}</p>
<button>${texts.end.button}</button>
</form>`;
  return page(STATUS[state.kind], texts, { title: `${prefix}${texts.title}`, content });
}

function messageOf(texts: Texts, state: State): Html | null {
  switch (state.kind) {
    case 'opened':
      return null;
    case 'saved':
    case 'unchanged':
      return html`<div class="box good" role="status" tabindex="-1" autofocus><p>${texts[state.kind]}</p></div>\n`;
    case 'conflict': {
      const { title, text } = texts.conflict;
      return html`<div class="box bad" role="alert" tabindex="-1" autofocus><h2>${title}</h2><p>${text}</p></div>\n`;
    }
    case 'refused': {
      const items = FIELD_NAMES.flatMap((name) => {
        const problem = state.problems[name];
        return problem === undefined
          ? []
          : [html`<li><a href="#${name}">${texts.labels[name]}</a>: ${texts.problems[problem]}</li>`];
      });
      return html`<div class="box bad" role="alert" tabindex="-1" autofocus><h2>${texts.problemsFound}</h2><ul>${items}</ul></div>\n`;
    }
  }
}

function fieldOf(texts: Texts, { values, stored, isConfirmed, state }: Details, name: FieldName): Html {
  const problem = state.kind === 'refused' ? state.problems[name] : undefined;
  const isConfirmedContact = (name === 'email' || name === 'phone') && isConfirmed[name];
  const differs = state.kind === 'conflict' && values[name] !== stored[name];
  // The problem says it all again.
  const hint = problem === undefined ? texts.hints[name] : undefined;
  const notes = [
    ...(problem === undefined ? [] : [note(name, 'error', texts.problems[problem])]),
    ...(differs ? [note(name, 'stored', `${texts.stored} ${stored[name] || texts.nothingStored}`)] : []),
    ...(hint === undefined ? [] : [note(name, 'hint', hint)]),
    ...(isConfirmedContact ? [note(name, 'confirmed', texts.confirmed)] : []),
  ];
  const described = notes.length === 0 ? null : html` aria-describedby="${notes.map(({ id }) => id).join(' ')}"`;
  const invalid = problem === undefined ? null : html` aria-invalid="true"`;
  const control =
    name === 'country'
      ? html`<select id="country" name="country" autocomplete="country"${described}${invalid}>${countries(texts, values.country)}</select>`
      : html`<input id="${name}" name="${name}" ${INPUTS[name]} value="${values[name]}"${described}${invalid}>`;
  return html`<div class="field"><label for="${name}">${texts.labels[name]}</label>${control}${notes.map(({ element }) => element)}</div>\n`;
}

function note(name: FieldName, kind: 'error' | 'stored' | 'hint' | 'confirmed', text: string) {
  const id = `${name}-${kind}`;
  return { id, element: html`<p class="${kind === 'confirmed' ? 'hint' : kind}" id="${id}">${text}</p>` };
}

/** What is stored may be no country at all; it is a choice of its own then. */
function countries(texts: Texts, chosen: string): Html[] {
  const unknown = chosen === '' || COUNTRY_CODES.has(chosen) ? [] : [[chosen, chosen] as const];
  return [['', texts.noCountry] as const, ...unknown, ...countryNames(texts.language)].map(
    ([code, name]) => html`<option value="${code}"${code === chosen ? html` selected` : null}>${name}</option>`,
  );
}

const NAMES = new Map<Language, readonly (readonly [code: string, name: string])[]>();

function countryNames(language: Language): readonly (readonly [code: string, name: string])[] {
  const known = NAMES.get(language);
  if (known !== undefined) return known;
  const display = new Intl.DisplayNames(language, { type: 'region' });
  const names = [...COUNTRY_CODES].map((code) => [code, display.of(code) ?? code] as const);
  names.sort(([, a], [, b]) => a.localeCompare(b, language));
  NAMES.set(language, names);
  return names;
}
