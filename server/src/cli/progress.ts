import type { Output } from './serve.ts';

/** Standard output, which may be a terminal. */
export interface ProgressOutput extends Output {
  readonly isTTY?: boolean;
  /** Characters in a line of the terminal. */
  readonly columns?: number;
}

/** How far some work is. */
export interface Work {
  /** As in `copying users`. */
  readonly what: string;
  /** Work of another stage has a speed of its own. */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

/** Milliseconds between two pictures on a terminal, and between two lines elsewhere. */
const REDRAW = 100;
const LINE_EVERY = 5_000;
const BAR = 24;

const CLEAR_LINE = '\r\u001b[2K';

/** A bar that is redrawn in place on a terminal, and a plain line every few seconds elsewhere. */
export class ProgressDisplay {
  readonly #output: ProgressOutput;
  readonly #now: () => number;
  #stage = '';
  #startedAt = 0;
  #startedWith = 0;
  #shownAt = Number.NEGATIVE_INFINITY;
  #isDrawn = false;

  constructor(output: ProgressOutput, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
  }

  show(work: Work): void {
    const now = this.#now();
    if (work.stage !== this.#stage) {
      this.#stage = work.stage;
      this.#startedAt = now;
      this.#startedWith = work.done;
      // The first of a stage is drawn at once, but is no line of its own: a short stage needs none.
      this.#shownAt = this.#output.isTTY === true ? Number.NEGATIVE_INFINITY : now;
    }
    const isTerminal = this.#output.isTTY === true;
    if (now - this.#shownAt < (isTerminal ? REDRAW : LINE_EVERY)) return;
    this.#shownAt = now;
    const speed = ((work.done - this.#startedWith) / Math.max(1, now - this.#startedAt)) * 1_000;
    if (isTerminal) this.#draw(work, speed);
    else this.#output.write(`${work.what}: ${figures(work, speed)}\n`);
  }

  /** Writes a line of its own; a bar gives way to it. */
  line(text: string): void {
    this.clear();
    this.#output.write(`${text}\n`);
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#isDrawn) this.#output.write(CLEAR_LINE);
    this.#isDrawn = false;
  }

  #draw(work: Work, speed: number): void {
    const filled = Math.floor(share(work) * BAR);
    const text = `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}] ${figures(work, speed)}, ${work.what}`;
    // A line that is wrapped could not be redrawn.
    this.#output.write(`${CLEAR_LINE}${text.slice(0, (this.#output.columns ?? 80) - 1)}`);
    this.#isDrawn = true;
  }
}

function figures(work: Work, speed: number): string {
  const percent = Math.floor(share(work) * 100);
  return `${percent} %, ${number(work.done)} of ${number(work.total)} rows, ${number(speed)} rows/s${timeLeft(work, speed)}`;
}

function timeLeft({ done, total }: Work, speed: number): string {
  if (speed <= 0 || done >= total) return '';
  const seconds = Math.ceil((total - done) / speed);
  return seconds < 120 ? `, ${seconds} s left` : `, ${Math.ceil(seconds / 60)} min left`;
}

function share({ done, total }: Work): number {
  return total === 0 ? 1 : Math.min(1, done / total);
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
