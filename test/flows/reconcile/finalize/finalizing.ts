/** A run that only plans and finalizes, for the tests of finalize. */
import assert from 'node:assert/strict';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { parseAgentFile } from '../../../../reconciler/core/agent/agent-file.ts';
import type { Plan } from '../../../../reconciler/core/plan/plan.ts';
import {
  type FinalizeReport,
  finalize,
} from '../../../../reconciler/flows/reconcile/finalize/finalize.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { idNo } from '../../../builders/world.ts';
import { fileText } from '../../../fakes/agents.ts';
import { checkInvariants } from '../../../fakes/invariants.ts';
import type { FakeWorld } from '../../../fakes/world.ts';

export async function planned(world: FakeWorld): Promise<Plan> {
  return (await planFleet(world.ports, 'everything')).plan;
}

export async function finalized(world: FakeWorld, plan?: Plan): Promise<FinalizeReport> {
  const report = await finalize(world.ports, plan ?? (await planned(world)));
  checkInvariants(world);
  return report;
}

/** What a second finalize changes in a world after the first. */
export async function effectsOfAnother(world: FakeWorld): Promise<readonly string[]> {
  const before = world.calls.length;
  await finalized(world);
  return world.calls.slice(before);
}

export function subjectsSince(world: FakeWorld, commit: string): readonly string[] {
  const history = world.git.history('main');
  return history.slice(history.findIndex(({ id }) => id === commit) + 1).map((one) => one.subject);
}

/** The spec in the file of an agent. */
export function specOf(world: FakeWorld, n: number) {
  const text = fileText(world, n) ?? '';
  const file = parseAgentFile({ path: agentPath(idNo(n)), oid: '', text });
  assert.ok(file.kind === 'valid', JSON.stringify(file));
  return file.agent.spec;
}
