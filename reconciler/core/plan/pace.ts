/**
 * Decides how often a fleet can be listed at all. Hetzner refills a project's requests by the hour,
 * and a share of them stays for applies: a fleet whose listing takes more than that in a scheduled
 * tick's interval is listed less often, and the plan says so.
 */
export type Pace = {
  /** what one tick takes */
  readonly calls: number;
  readonly callsPerHour: number;
  /** so far apart are two ticks that the refill suffices for */
  readonly minutes: number;
};

/** As often as the schedule of an agents repository asks for a tick. */
const intervalMinutes = 15;
/** Of the refill, for listings; the rest is for whoever acts. */
const listingsShare = 0.8;

/** null where the fleet can be listed at every scheduled tick. */
export function paceOf(calls: number, callsPerHour: number): Pace | null {
  const minutes = Math.ceil((calls * 60) / (callsPerHour * listingsShare));
  return minutes <= intervalMinutes ? null : { calls, callsPerHour, minutes };
}
