/** A look of the service: whether a run has something to do, and when to look next. */

import type { PlanFigures } from '../../../core/plan/plan-figures.ts';

/** Why it is made; a push is only a trigger: the tips are read. */
export type Reason = 'push' | 'due' | 'listing';

/** @param fromMs what became due before was looked at already */
export type Look = (reason: Reason, fromMs: number) => Promise<Looked>;

export type Looked = {
  /** What a run has to do, an item each; empty also where effects are stopped. */
  readonly work: readonly string[];
  readonly read: 'changed' | 'fleet';
  /** false where only a part of the fleet was read */
  readonly isWhole: boolean;
  /** the commit of `main` that was looked at */
  readonly main: string;
  /** A run on that commit that was created since finds the same. */
  readonly sinceMs: number;
  /** the first pause before the same work is dispatched again */
  readonly pauseMs: number;
  readonly next: NextLook;
  /** null where the look does not plan the whole fleet */
  readonly plan: PlanFigures | null;
};

export type NextLook = {
  readonly dueMs: number | null;
  readonly listingMs: number;
  /** the least time until a push causes a look */
  readonly spaceMs: number;
};

/** Hetzner's clock, by which things are due, may be behind. */
export const clocksApartMs = 5_000;
