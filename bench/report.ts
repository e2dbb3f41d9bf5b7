/** One figure and the bound it is held to. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bound: string;
  readonly met: boolean;
  /** What the figure was made of. */
  readonly detail: string;
}

export function atLeast(name: string, value: number, bound: number, detail: string): Row {
  return { name, value, unit: 'x', bound: `>= ${bound}`, met: value >= bound, detail };
}

export function atMost(name: string, value: number, bound: number, unit: string, detail: string): Row {
  return { name, value, unit, bound: `<= ${bound}`, met: value <= bound, detail };
}

/** A figure that is told beside others and held to nothing. */
export function told(name: string, value: number, unit: string, detail: string): Row {
  return { name, value, unit, bound: 'told', met: true, detail };
}

export function table(rows: readonly Row[]): string {
  return rows
    .map(({ name, value, unit, bound, met, detail }) =>
      [
        met ? 'ok  ' : 'MISS',
        name.padEnd(34),
        `${value.toFixed(2)} ${unit}`.padStart(12),
        `(${bound})`.padEnd(10),
        detail,
      ].join(' '),
    )
    .join('\n');
}
