/** `aura orphans`: what carries our marks and belongs to no agent, each with its evidence. */
import { agentPath, parseAgentId } from '../../core/desired/agent.ts';
import type { Orphan } from '../../core/orphans/orphan.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { cents } from '../../core/stack/cost.ts';
import { labelNames } from '../../core/world/observed.ts';
import { createLog } from '../../log.ts';
import { planPortNames } from '../../main/port-names.ts';
import { openPorts } from '../../main.ts';
import type { DesiredState, Removal } from '../../ports.ts';
import { planFleet } from '../../tick/plan-fleet.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { type Output, plain } from '../text/output.ts';

type Evidence = Orphan & {
  /** since its creation, at today's price */
  readonly costSoFar?: number;
  /** how the last file of its agent went, where there ever was one */
  readonly lastFile?: Pick<Removal, 'commit' | 'at' | 'cause'>;
};

export async function orphans({ env, out }: VerbContext): Promise<ExitCode> {
  const log = createLog({ env, usual: 'warn' });
  const opened = await openPorts(env, planPortNames, { log });
  let plan: Plan;
  const found: Evidence[] = [];
  try {
    const { ports } = opened;
    plan = (await planFleet(ports, 'everything')).plan;
    for (const orphan of plan.orphans) found.push(await evidenceOf(ports.state, orphan, plan));
  } finally {
    await opened.close();
  }
  const { reading } = plan;
  const complete = reading.kind === 'complete';
  if (!complete)
    out.note(out.paint('yellow', 'aura: the reading is not complete: orphans are unknown in it'));
  out.text(found.length === 0 ? 'There are no orphans.' : found.map(textOf(out)).join('\n\n'));
  out.document({ ok: complete, reading: reading.kind, orphans: found });
  return complete ? exitCodes.fine : exitCodes.attention;
}

const hoursAMonth = 730;

async function evidenceOf(state: DesiredState, orphan: Orphan, plan: Plan): Promise<Evidence> {
  const { created, monthlyCost, labels, name, id } = orphan;
  const hours = (Date.parse(plan.basis.at) - Date.parse(created ?? '')) / 3_600_000;
  const costSoFar = cents(((monthlyCost ?? 0) * hours) / hoursAMonth);
  const agent = [labels?.[labelNames.agent], name, id]
    .map((one) => /agt-[0-9a-z]{12}/.exec(one ?? '')?.[0] ?? '')
    .map(parseAgentId)
    .find((one) => one !== null);
  const removal = agent == null ? null : await state.lastRemoval(agentPath(agent));
  return {
    ...orphan,
    ...(monthlyCost !== undefined && hours >= 0 ? { costSoFar } : {}),
    ...(removal === null
      ? {}
      : { lastFile: { commit: removal.commit, at: removal.at, cause: removal.cause } }),
  };
}

function textOf(out: Output): (orphan: Evidence) => string {
  return ({ resource, id, name, decision, why, created, labels, ...rest }) => {
    const { monthlyCost, costSoFar, lastFile } = rest;
    const cost = monthlyCost === undefined ? '-' : `${monthlyCost.toFixed(2)} a month`;
    const lines = [
      `${out.paint('bold', plain(`${resource} ${id}`))} ${plain(name)}: ${decision}`,
      `  why      ${plain(why)}`,
      `  created  ${created ?? 'at an unknown time'}`,
      `  cost     ${costSoFar === undefined ? cost : `${cost}, ${costSoFar.toFixed(2)} so far`}`,
      `  file     ${lastFile === undefined ? 'there never was one' : `removed at ${lastFile.at} by ${lastFile.commit.slice(0, 10)}${lastFile.cause === null ? '' : ` (${plain(lastFile.cause)})`}`}`,
      ...Object.entries(labels ?? {})
        .sort()
        .map(([key, value]) => `  label    ${plain(key)}=${plain(value)}`),
    ];
    return lines.join('\n');
  };
}
