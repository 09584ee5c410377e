/** `aura orphans`: lists resources with our labels that belong to no agent, with the evidence. */
import { agentPath } from '../../../core/agent/agent.ts';
import type { Orphan } from '../../../core/orphans/orphan.ts';
import { agentNamedBy, describedOrphan } from '../../../core/orphans/report.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { planPortNames } from '../../../flows/reconcile/observe/listed.ts';
import { planFleet } from '../../../flows/reconcile/plan-fleet.ts';
import type { DesiredState, Removal } from '../../../ports/desired-state.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import { type Output, plain } from '../text/output.ts';

type Evidence = Orphan & {
  /** since its creation, at today's price */
  readonly costSoFar?: number;
  /** the removal of its agent's last file, if there was one */
  readonly lastFile?: Pick<Removal, 'commit' | 'at' | 'cause'>;
  /** the agent that its labels name has a file now */
  readonly hasFile: boolean;
};

export async function orphans({ env, out }: VerbContext): Promise<ExitCode> {
  const { reading, found } = await withPorts(env, planPortNames, async (ports) => {
    const { plan } = await planFleet(ports, 'everything');
    const found: Evidence[] = [];
    for (const orphan of plan.orphans) found.push(await evidenceOf(ports.state, orphan, plan));
    return { reading: plan.reading, found };
  });
  const complete = reading.kind === 'complete';
  if (!complete)
    out.note(out.paint('yellow', 'aura: the reading is not complete, so orphans are unknown'));
  out.text(found.length === 0 ? 'There are no orphans.' : found.map(textOf(out)).join('\n\n'));
  out.document({ ok: complete, reading: reading.kind, orphans: found });
  return complete ? exitCodes.fine : exitCodes.attention;
}

async function evidenceOf(state: DesiredState, orphan: Orphan, plan: Plan): Promise<Evidence> {
  // As its pull request would show it now.
  const { costSoFar } = describedOrphan(orphan, plan.basis.at, null);
  const agent = agentNamedBy(orphan, plan.basis.fleet);
  const path = agent === null ? null : agentPath(agent);
  const removal = path === null ? null : await state.lastRemoval(path);
  // A path in history that was not removed exists.
  const touched = path === null || removal !== null ? null : await state.lastCommitOf('main', path);
  return {
    ...orphan,
    hasFile: touched !== null,
    ...(costSoFar === undefined ? {} : { costSoFar }),
    ...(removal === null
      ? {}
      : { lastFile: { commit: removal.commit, at: removal.at, cause: removal.cause } }),
  };
}

function textOf(out: Output): (orphan: Evidence) => string {
  return ({ resource, id, name, decision, why, created, labels, ...rest }) => {
    const { monthlyCost, costSoFar, lastFile, hasFile } = rest;
    const without = hasFile ? 'its agent has one' : 'there never was one';
    const cost = monthlyCost === undefined ? '-' : `${monthlyCost.toFixed(2)} a month`;
    const lines = [
      `${out.paint('bold', plain(`${resource} ${id}`))} ${plain(name)}: ${decision}`,
      `  why      ${plain(why)}`,
      `  created  ${created ?? 'at an unknown time'}`,
      `  cost     ${costSoFar === undefined ? cost : `${cost}, ${costSoFar.toFixed(2)} so far`}`,
      `  file     ${lastFile === undefined ? without : `removed at ${lastFile.at} by ${lastFile.commit.slice(0, 10)}${lastFile.cause === null ? '' : ` (${plain(lastFile.cause)})`}`}`,
      ...Object.entries(labels ?? {})
        .sort()
        .map(([key, value]) => `  label    ${plain(key)}=${plain(value)}`),
    ];
    return lines.join('\n');
  };
}
