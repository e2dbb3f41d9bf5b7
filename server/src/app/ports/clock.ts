/** Epoch milliseconds. */
export type Clock = () => number;

/** Ids of new users: 18 decimal digits, time-ordered, never given twice. */
export type NextId = () => string;
