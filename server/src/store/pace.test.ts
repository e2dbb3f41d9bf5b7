import { expect, it } from 'vitest';
import { Pace } from './pace.ts';

it('is busy while ten batches came within half a second', () => {
  const pace = new Pace();
  for (let n = 0; n < 9; n += 1) pace.note(1_000 + n);
  expect(pace.isBusy(1_010)).toBe(false);
  pace.note(1_009);
  expect(pace.isBusy(1_010)).toBe(true);
  expect(pace.isBusy(1_499)).toBe(true);
  expect(pace.isBusy(1_500)).toBe(false);
});

it('is not busy with batches that come now and then', () => {
  const pace = new Pace();
  for (let n = 0; n < 100; n += 1) {
    pace.note(n * 100);
    expect(pace.isBusy(n * 100)).toBe(false);
  }
});
