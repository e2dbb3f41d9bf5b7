import { sql } from 'kysely';
import type { UserFilter } from '../../../app/ports/user-list.ts';
import { type Condition, column, joined } from '../../search/condition.ts';
import { canBeStored, foldedForm } from '../../search/text.ts';
import { SIGNATURE_COLUMNS, signatureOfPart } from './signature.ts';

/** Bits that a row must have, by words. */
type Bits = Int32Array;

/** Most signatures that are asked for: to look for more of them takes as long as to look at the texts. */
const MOST_ALTERNATIVES = 8;

/**
 * Condition on the signature of a row that every row meets which meets the filter, and others too; `null` where
 * signatures tell nothing. It is there to be asked first.
 */
export function signatureCondition(filter: UserFilter): Condition | null {
  const alternatives = alternativesOf(filter);
  return alternatives === null ? null : joined('or', alternatives.map(hasBits));
}

/** Who meets the filter has the bits of one of these. */
function alternativesOf(filter: UserFilter): Bits[] | null {
  switch (filter.type) {
    case 'and':
      return together(filter.filters.map(alternativesOf).filter((one) => one !== null));
    case 'or':
      return eitherOf(filter.filters.map(alternativesOf));
    case 'text': {
      const folded = canBeStored(filter.value) ? foldedForm(filter.value) : '';
      return folded === '' ? null : [signatureOfPart(folded)];
    }
    default:
      return null;
  }
}

function together(known: readonly Bits[][]): Bits[] | null {
  const certain = known.flatMap((bits) => (bits.length === 1 ? bits : []));
  if (certain.length > 0) return [allOf(certain)];
  return known.toSorted((left, right) => left.length - right.length)[0] ?? null;
}

function eitherOf(branches: readonly (Bits[] | null)[]): Bits[] | null {
  const different = new Map<string, Bits>();
  for (const bits of branches) {
    if (bits === null) return null;
    for (const one of bits) different.set(one.join(), one);
  }
  return different.size === 0 || different.size > MOST_ALTERNATIVES ? null : [...different.values()];
}

function allOf(bits: readonly Bits[]): Bits {
  return bits.reduce((all, one) => all.map((word, n) => word | (one[n] ?? 0)));
}

function hasBits(bits: Bits): Condition {
  const words = SIGNATURE_COLUMNS.map((name, n) => ({ name, word: bits[n] ?? 0 })).filter(({ word }) => word !== 0);
  return joined(
    'and',
    words.map(({ name, word }) => sql`(${column(name)} & ${word}) = ${word}`),
  );
}
