/**
 * How many agents may still be isolated automatically: `policy.abuse.isolationsPerDayMax` less those
 * of the last 24 hours, by the history of `main`. So replicas and restarts share one count, and a
 * release does not make room. A push on an older tip is rejected and counted again.
 */
import type { AgentId } from '../../core/agent/agent.ts';
import type { Policy } from '../../core/agent/policy.ts';
import type { LogEntry } from '../../core/commands/history.ts';
import { dayMs, timeMs } from '../../core/text/time.ts';
import type { DesiredState } from '../../ports/desired-state.ts';

export type IsolationBudget = {
  /** Whether that agent may be isolated too; the same agent takes one place. */
  take(agent: AgentId): Promise<boolean>;
};

export const isolatedCause = 'isolated';

export function createIsolationBudget(
  state: Pick<DesiredState, 'walk'>,
  { policy, nowMs }: { readonly policy: Policy; readonly nowMs: number },
): IsolationBudget {
  const taken = new Set<AgentId>();
  let used: Promise<number> | null = null;
  return {
    async take(agent) {
      used ??= isolatedSince(state, nowMs - dayMs);
      const left = policy.abuse.isolationsPerDayMax - (await used);
      if (taken.size < left) taken.add(agent);
      return taken.has(agent);
    },
  };
}

async function isolatedSince(state: Pick<DesiredState, 'walk'>, sinceMs: number): Promise<number> {
  let count = 0;
  for await (const page of state.walk('main')) {
    const young = page.filter(({ at }) => timeMs(at) >= sinceMs);
    count += young.filter(isolates).length;
    // Clocks of authors differ a little: one old commit does not end the walk.
    if (young.length === 0) break;
  }
  return count;
}

function isolates({ trailers }: LogEntry): boolean {
  return trailers.some(([name, value]) => name === 'Aura-Cause' && value === isolatedCause);
}
