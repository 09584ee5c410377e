/** Wall time, and waiting for it. */
export type Clock = {
  /** wall time, ms */
  now(): number;
  wait(ms: number): Promise<void>;
};
