import { codePoints } from '../../core/values/text.ts';
import type { WireError } from './envelope.ts';
import { pascalCase } from './fields.ts';
import { invalidBody } from './read-body.ts';

/**
 * @param most longest texts by member, in code points
 * @throws Refusal 400 with one error for each text that is longer
 */
export function refuseLong<M extends string>(
  texts: { readonly [K in NoInfer<M>]?: string | null },
  most: Readonly<Record<M, number>>,
): void {
  const errors = (Object.keys(most) as M[]).flatMap((name): WireError[] => {
    if (codePoints(texts[name] ?? '') <= most[name]) return [];
    return [{ code: `Invalid${pascalCase(name)}`, message: `The ${name} is longer than ${most[name]} characters.` }];
  });
  if (errors.length > 0) throw invalidBody(errors);
}
