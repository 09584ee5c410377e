/** Wall time and timers. */
export type Clock = {
  /** wall time, ms */
  now(): number;
  wait(ms: number): Promise<void>;
};
