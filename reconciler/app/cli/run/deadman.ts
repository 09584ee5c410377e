/**
 * Calls the dead man's switch, a service that raises an alarm when this call does not arrive. A run
 * calls it at its end if it observed the whole fleet; a run of some agents does not.
 */
import type { Plan } from '../../../core/plan/plan.ts';
import type { Output } from '../text/output.ts';

const deadmanMs = 10_000;

/** A failure of the service does not change the run's result. */
export async function tellDeadman(url: string | null, plan: Plan, out: Output): Promise<void> {
  if (url === null || plan.reading.kind === 'named') return;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(deadmanMs) });
    if (answer.ok) return;
    out.note(`aura: the dead man's switch (AURA_DEADMAN_URL) answers ${answer.status}`);
  } catch {
    out.note("aura: the dead man's switch (AURA_DEADMAN_URL) cannot be reached");
  }
}
