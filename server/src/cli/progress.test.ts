import { describe, expect, it } from 'vitest';
import { ProgressDisplay, type Work } from './progress.ts';

const CLEAR = '\r\u001b[2K';

function displayOn(terminal: { readonly isTTY?: boolean; readonly columns?: number }) {
  const written: string[] = [];
  const time = { now: 0 };
  const output = { ...terminal, write: (text: string) => written.push(text) };
  const display = new ProgressDisplay(output, () => time.now);
  /** Shows this many rows of 1,000 done at that moment. */
  const show = (now: number, done: number, more: Partial<Work> = {}) => {
    time.now = now;
    display.show({ what: 'copying users', stage: 'copying', done, total: 1_000, ...more });
  };
  return { display, show, written };
}

describe('progress on a terminal', () => {
  it('is a bar in one line that is redrawn, with share, rows, speed and time left', () => {
    const { show, written } = displayOn({ isTTY: true, columns: 120 });
    show(0, 0);
    show(1_000, 500);
    expect(written).toEqual([
      `${CLEAR}[------------------------] 0 %, 0 of 1,000 rows, 0 rows/s, copying users`,
      `${CLEAR}[############------------] 50 %, 500 of 1,000 rows, 500 rows/s, 1 s left, copying users`,
    ]);
  });

  it('is not drawn more often than eyes can follow', () => {
    const { show, written } = displayOn({ isTTY: true });
    for (let now = 0; now < 1_000; now += 10) show(now, now);
    expect(written).toHaveLength(10);
  });

  it('never fills a line, which could not be redrawn', () => {
    const { show, written } = displayOn({ isTTY: true, columns: 40 });
    show(0, 10);
    expect(written[0]?.slice(CLEAR.length)).toHaveLength(39);
  });

  it('gives way to what is written', () => {
    const { display, show, written } = displayOn({ isTTY: true });
    display.line('continuing');
    show(0, 10);
    display.line('done');
    display.clear();
    expect(written.filter((text) => !text.includes('%'))).toEqual(['continuing\n', CLEAR, 'done\n']);
  });

  it('measures the speed from where a continued copy began, and anew for each stage', () => {
    const { show, written } = displayOn({ isTTY: true, columns: 200 });
    show(0, 900);
    show(1_000, 950);
    show(2_000, 0, { stage: 'checking', what: 'checking users' });
    show(3_000, 400, { stage: 'checking', what: 'checking users' });
    expect(written[1]).toContain(' 50 rows/s, 1 s left');
    expect(written[3]).toContain(' 400 rows/s, 2 s left, checking users');
  });

  it('tells long times in minutes, and none where there is nothing to do', () => {
    const { show, written } = displayOn({ isTTY: true, columns: 200 });
    show(0, 0);
    show(1_000, 2);
    show(2_000, 0, { stage: 'checking', total: 0 });
    expect(written[1]).toContain(', 9 min left');
    expect(written[2]).toContain('100 %, 0 of 0 rows, 0 rows/s, copying');
  });
});

describe('progress elsewhere', () => {
  it('is a plain line every five seconds', () => {
    const { show, written } = displayOn({});
    for (let now = 0; now <= 10_000; now += 100) show(now, now / 10);
    expect(written).toEqual([
      'copying users: 50 %, 500 of 1,000 rows, 100 rows/s, 5 s left\n',
      'copying users: 100 %, 1,000 of 1,000 rows, 100 rows/s\n',
    ]);
  });

  it('is silent for work that is done at once', () => {
    const { display, show, written } = displayOn({ isTTY: false });
    show(0, 0);
    show(50, 1_000);
    display.clear();
    expect(written).toEqual([]);
  });
});
