import { hash } from 'node:crypto';

/** 20 upper-case hexadecimal digits that follow from the id, so that they never change. */
export function userCode(id: string): string {
  return hash('sha256', id, 'hex').slice(0, 20).toUpperCase();
}
