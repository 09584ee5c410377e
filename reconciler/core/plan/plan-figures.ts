/** Figures of a plan for monitoring: how much of what it changes, defers, refuses and found. */
import { type Count, tally } from '../fleet/tally.ts';
import type { Plan } from './plan.ts';

export type PlanFigures = {
  /** when it was made, by Hetzner's clock */
  readonly at: string;
  readonly isPartial: boolean;
  readonly changes: readonly Count[];
  readonly deferred: readonly Count[];
  readonly refused: readonly Count[];
  readonly orphans: readonly Count[];
  readonly counts: Plan['counts'];
};

/** null for a plan of some agents only */
export function planFigures(plan: Plan): PlanFigures | null {
  if (plan.reading.kind === 'named') return null;
  const limited = ({ change, limit }: Plan['refused'][number]) => ({ change: change.kind, limit });
  return {
    at: plan.basis.at,
    isPartial: plan.reading.kind === 'partial',
    changes: tally(plan.changes.map(({ kind }) => ({ change: kind }))),
    deferred: tally(plan.deferred.map(limited)),
    refused: tally(plan.refused.map(limited)),
    orphans: tally(plan.orphans.map(({ resource }) => ({ resource }))),
    counts: plan.counts,
  };
}
