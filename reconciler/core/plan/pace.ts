/**
 * Decides how often a fleet can be listed at all. Hetzner refills a project's requests by the hour,
 * and a share of them stays for applies: a fleet whose listing takes more than that in a scheduled
 * run's interval is listed less often, and the plan says so.
 */
type Pace = {
  /** what one run takes */
  readonly calls: number;
  readonly callsPerHour: number;
  /** so far apart are two runs that the refill suffices for */
  readonly minutes: number;
};

/** Of the project's requests, for changes: listings and checks leave it alone. */
export const reserveShare = 0.2;

/** null where the fleet can be listed as often as the policy says. */
export function paceOf(calls: number, callsPerHour: number, everyMinutes: number): Pace | null {
  const minutes = Math.ceil((calls * 60) / (callsPerHour * (1 - reserveShare)));
  return minutes <= everyMinutes ? null : { calls, callsPerHour, minutes };
}

/** How many requests may be made now for the sake of knowing; none below the reserve. */
export function spareCalls(budget: {
  readonly remaining: number;
  readonly callsPerHour: number;
}): number {
  return Math.max(0, Math.floor(budget.remaining - budget.callsPerHour * reserveShare));
}
