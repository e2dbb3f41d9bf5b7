import { expect, it } from 'vitest';
import { random } from './random.ts';

it('codes are six characters, each of all 36', () => {
  const codes = Array.from({ length: 3_000 }, () => random.code());
  for (const code of codes) expect(code).toMatch(/^[A-Z0-9]{6}$/);
  expect(new Set(codes.join('')).size).toBe(36);
  expect(new Set(codes).size).toBeGreaterThan(2_990);
});

it('codes for links are twelve characters, each of all 62', () => {
  const codes = Array.from({ length: 3_000 }, () => random.linkCode());
  for (const code of codes) expect(code).toMatch(/^[A-Za-z0-9]{12}$/);
  expect(new Set(codes.join('')).size).toBe(62);
  expect(new Set(codes).size).toBe(3_000);
});

it('hexadecimal text is two characters per byte', () => {
  expect(random.hex(16)).toMatch(/^[0-9a-f]{32}$/);
  expect(random.hex(16)).not.toBe(random.hex(16));
});
