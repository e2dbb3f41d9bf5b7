import { caselessForm } from './case-fold.ts';

/** The form in which numbers of insurance policies are compared: neither letter case nor Unicode composition count. */
export function policyKey(number: string): string {
  return caselessForm(number, 'NFC');
}
