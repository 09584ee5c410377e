/** Looks again at the agents of a part of a plan, and keeps what is still asked for. */
import { parseAgentId } from '../../core/agent/agent.ts';
import type { RunRef } from '../../core/fleet/run.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { replan } from '../../core/plan/replan.ts';
import type { AppliedChange } from './apply/apply.ts';
import type { ObservePorts } from './observe/listed.ts';
import { observe } from './observe/observe.ts';

/** @param part a plan with the changes of the part alone */
export async function replanPart(
  ports: ObservePorts,
  part: Plan,
  run: RunRef,
): Promise<{ readonly plan: Plan; readonly skipped: readonly AppliedChange[] }> {
  const agents = part.changes.flatMap(({ agent }) => parseAgentId(agent) ?? []);
  if (agents.length === 0) return { plan: part, skipped: [] };
  const { plan, differing } = replan(part, await observe(ports, { agents }, run), run);
  const skipped = differing.map(({ change, message }) => ({
    agent: change.agent,
    change: change.kind,
    outcome: { kind: 'skipped', message } as const,
  }));
  return { plan, skipped };
}
