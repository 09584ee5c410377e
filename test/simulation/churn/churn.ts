/** Years of churn and a list of accidents for fleets of several sizes, at a policy's limits. */
import { createRandomness } from '../../../local-cloud/randomness.ts';
import type { Policy } from '../../../reconciler/core/agent/policy.ts';
import { haveAccidents } from './accidents.ts';
import { playYear, type Shape, shapes } from './year.ts';

export const fleetSizes: readonly number[] = [20, 100, 300, 1000, 3000, 10_000];

export type FleetFigures = {
  readonly agents: number;
  readonly shape: Shape;
  readonly years: number;
  readonly ends: number;
  /** how often a person had to approve, in all years */
  readonly approvals: number;
  readonly daysBlocked: number;
  readonly overdue23h: number;
  readonly oldestHours: number;
  readonly promisedWrong: number;
  readonly accidentsRefused: number;
  readonly accidentsPassed: number;
  readonly passed: readonly string[];
};

type ChurnInput = {
  readonly years: number;
  readonly seed: number;
  readonly sizes: readonly number[];
  readonly policy: Policy;
  took(figures: FleetFigures): void;
};

/** One entry a size and shape, in this order. */
export function playChurn({
  years,
  seed,
  sizes,
  policy,
  took,
}: ChurnInput): readonly FleetFigures[] {
  return sizes.flatMap((agents) => {
    const accidents = haveAccidents(agents, policy);
    return shapes.map((shape) => {
      const random = createRandomness(seed).fork(`${agents} ${shape}`);
      const played = Array.from({ length: years }, () =>
        playYear({ agents, shape, policy, random }),
      );
      const sum = (of: (year: (typeof played)[number]) => number) =>
        played.reduce((total, year) => total + of(year), 0);
      const figures = {
        agents,
        shape,
        years,
        ends: sum((year) => year.ends),
        approvals: sum((year) => year.approvals),
        daysBlocked: sum((year) => year.daysBlocked),
        overdue23h: sum((year) => year.overdue23h),
        oldestHours: Math.max(...played.map((year) => year.oldestHours)),
        promisedWrong: sum((year) => year.promisedWrong),
        ...accidents,
      };
      took(figures);
      return figures;
    });
  });
}
