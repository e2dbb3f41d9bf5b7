import { TextFilterMethod } from '@zitadel/proto/zitadel/filter/v2/filter_pb';
import type { TextQueryMethod } from '@zitadel/proto/zitadel/object/v2/object_pb';
import { foldCase } from '../../core/values/case-fold.ts';

/** Both enums have the same names and numbers. */
export type TextMethod = TextFilterMethod | TextQueryMethod;

/** Whether a text is the wanted one, or holds it where the method says. The field rules let no other numbers pass. */
export function textMatcher(wanted: string, method: TextMethod): (text: string) => boolean {
  const folded = foldCase(wanted);
  switch (method as TextFilterMethod) {
    case TextFilterMethod.EQUALS:
      return (text) => text === wanted;
    case TextFilterMethod.EQUALS_IGNORE_CASE:
      return (text) => foldCase(text) === folded;
    case TextFilterMethod.STARTS_WITH:
      return (text) => text.startsWith(wanted);
    case TextFilterMethod.STARTS_WITH_IGNORE_CASE:
      return (text) => foldCase(text).startsWith(folded);
    case TextFilterMethod.CONTAINS:
      return (text) => text.includes(wanted);
    case TextFilterMethod.CONTAINS_IGNORE_CASE:
      return (text) => foldCase(text).includes(folded);
    case TextFilterMethod.ENDS_WITH:
      return (text) => text.endsWith(wanted);
    case TextFilterMethod.ENDS_WITH_IGNORE_CASE:
      return (text) => foldCase(text).endsWith(folded);
  }
}
