/** `aura apply`: applies a plan that was made before, or a part of it. */

import type { AgentId } from '../../../core/agent/agent.ts';
import { Failure } from '../../../core/failure.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { shard } from '../../../core/plan/shards.ts';
import { applyPlan } from '../../../flows/reconcile/apply/apply.ts';
import { applyPortNames } from '../../../flows/reconcile/apply/attempt.ts';
import { replanPart } from '../../../flows/reconcile/replan-part.ts';
import type { Shard } from '../run/arguments.ts';
import { type ExitCode, exitCodes, UsageError } from '../run/exit.ts';
import { readPlanFile } from '../run/plan-file.ts';
import { ownRun } from '../run/run-id.ts';
import type { VerbContext } from '../run/verb.ts';
import { withEffects } from '../run/with-ports.ts';
import { appliedText, applyNeedsAttention, reportOf } from '../text/applied.ts';

type ApplyOptions = {
  readonly plan: string;
  readonly shard?: Shard;
  readonly agent?: AgentId;
  readonly fleet?: true;
};

export async function apply({ env, out }: VerbContext, options: ApplyOptions): Promise<ExitCode> {
  const part = partOf(options);
  const run = ownRun(env);
  const plan = narrowed(await readPlanFile(options.plan), options);
  const names = [...applyPortNames, 'files'] as const;
  return withEffects({ env, out }, names, async ({ ports, interruption, progress }) => {
    // The job of a shard may begin long after the plan was made, as where no runner is free.
    const isLate = options.shard !== undefined;
    const now = isLate ? await replanPart(ports, plan, run) : { plan, skipped: [] };
    const done = await applyPlan(ports, now.plan, { run, parts: part, onStep: progress.step });
    progress.end();
    const applied = [...now.skipped, ...done].map(reportOf).sort(byAgent);
    const ended = applyNeedsAttention(applied) ? exitCodes.attention : exitCodes.fine;
    const code = interruption.code(ended);
    out.text(part === 'fleet' ? fleetText(plan) : appliedText(applied, out));
    out.document({ ok: code === exitCodes.fine, plan: plan.fingerprint, applied });
    return code;
  });
}

function byAgent(a: { readonly agent: string }, b: { readonly agent: string }): number {
  return a.agent < b.agent ? -1 : 1;
}

function partOf({ shard: some, agent, fleet }: ApplyOptions): 'all' | 'fleet' | 'agents' {
  if (fleet !== true) return some === undefined && agent === undefined ? 'all' : 'agents';
  if (some === undefined && agent === undefined) return 'fleet';
  throw new UsageError('--fleet is the stack that all agents share: it has no shard and no agent');
}

function narrowed(plan: Plan, { shard: some, agent }: ApplyOptions): Plan {
  const mine = some === undefined ? plan : shard(plan, some.index, some.count);
  if (agent === undefined) return mine;
  const changes = mine.changes.filter((change) => change.agent === agent);
  if (changes.length > 0) return { ...mine, changes };
  throw new Failure('NotFound', `the plan changes nothing about ${agent}`);
}

function fleetText(plan: Plan): string {
  return plan.fleet === 'none'
    ? "The fleet's shared stack is as it should be."
    : `The fleet's shared stack: ${plan.fleet}, done.`;
}
