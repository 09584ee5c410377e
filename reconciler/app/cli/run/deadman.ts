/**
 * The dead man's switch: the service that waits for this call raises the alarm when it stays away.
 * Called at the end of each run that looked at the whole fleet; one after a push says nothing about
 * those.
 */
import type { Plan } from '../../../core/plan/plan.ts';
import type { Output } from '../text/output.ts';

const deadmanMs = 10_000;

/** Its trouble is none of ours. */
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
