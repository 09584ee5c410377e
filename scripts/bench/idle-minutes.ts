/**
 * Computes what GitHub bills for the workflows of a fleet that changes nothing: the scheduled run,
 * which then is one job, and the daily drift check. A job is billed by whole minutes.
 */

/** A long month. */
const monthMinutes = 31 * 24 * 60;
const dayMinutes = 24 * 60;

type IdleWorkflows = {
  /** between two scheduled runs */
  readonly everyMinutes: number;
  /** of the one job of a run that has nothing to do */
  readonly runSeconds: number;
  /** of the daily drift check */
  readonly driftSeconds: number;
};

/** Billed minutes a month while nothing is dispatched. */
export function idleMinutesPerMonth(workflows: IdleWorkflows): number {
  const { everyMinutes, runSeconds, driftSeconds } = workflows;
  const runs = Math.ceil(monthMinutes / everyMinutes) * billedMinutes(runSeconds);
  return runs + (monthMinutes / dayMinutes) * billedMinutes(driftSeconds);
}

function billedMinutes(seconds: number): number {
  return Math.max(1, Math.ceil(seconds / 60));
}
