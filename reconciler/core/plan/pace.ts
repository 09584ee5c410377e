/**
 * Decides how often a fleet can be listed. Hetzner refills a project's requests by the hour, and a
 * share is reserved for applies. A fleet whose listing needs more than the rest in the scheduled
 * interval is listed less often, which the plan reports.
 */
type Pace = {
  /** requests of one run */
  readonly calls: number;
  readonly callsPerHour: number;
  /** the shortest interval between two runs that the refill allows */
  readonly minutes: number;
};

/** Share of the project's requests that is reserved for changes. */
export const reserveShare = 0.2;

/** null if the fleet can be listed as often as the policy says. */
export function paceOf(calls: number, callsPerHour: number, everyMinutes: number): Pace | null {
  const minutes = Math.ceil((calls * 60) / (callsPerHour * (1 - reserveShare)));
  return minutes <= everyMinutes ? null : { calls, callsPerHour, minutes };
}

/** How many requests listings and checks may make now; none below the reserve. */
export function spareCalls(budget: {
  readonly remaining: number;
  readonly callsPerHour: number;
}): number {
  return Math.max(0, Math.floor(budget.remaining - budget.callsPerHour * reserveShare));
}
