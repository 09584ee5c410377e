/**
 * What would change the state of an agent: the events that end what holds it back, the moments
 * after which something else is decided, and what its people can ask for.
 */
import { accessEndMs, suspensionEndMs } from '../agent/access-times.ts';
import type { AgentFile, AgentId, AgentSpec } from '../agent/agent.ts';
import { heldUntilMs } from '../agent/hold.ts';
import { tombstoneHolds } from '../agent/tombstone.ts';
import { openBreakers } from '../fleet/attempt.ts';
import { graceEndMs } from '../fleet/ending.ts';
import { type AgentRecord, leaseIsLiveIn } from '../fleet/recorded.ts';
import { runOf, runText } from '../fleet/run.ts';
import type { World } from '../fleet/world.ts';
import { deferralText } from '../plan/limits-text.ts';
import type { Plan } from '../plan/plan.ts';
import type { Mention } from './mention.ts';

type About = {
  readonly id: AgentId;
  readonly file: AgentFile | null;
  readonly record: AgentRecord | null;
  readonly world: World;
  readonly plan: Plan;
  readonly mention: Mention;
  /** whether no server, device or state is there */
  readonly nothing: boolean;
};

export function whatChanges(about: About): readonly string[] {
  return [...ofRestraints(about), ...ofDecision(about), ...ofFile(about)];
}

const time = (ms: number) => new Date(ms).toISOString();

/** What holds every change back, the widest first. */
function ofRestraints({ file, record, world, plan }: About): readonly string[] {
  const { nowMs, policy } = world;
  const said: string[] = [];
  if (plan.stop !== undefined)
    said.push('the end of the stop: `aura resume`, or `pause` removed from policy.yaml');
  if (plan.reading.kind === 'partial')
    said.push('a complete reading: until then nothing is created or destroyed');
  const lease = record?.lease;
  if (lease !== undefined && leaseIsLiveIn(world, lease))
    said.push(`the end of run ${runText(runOf(lease))}, or of its lease at ${lease.until}`);
  const heldMs = file?.kind === 'valid' ? heldUntilMs(file.agent.spec, policy, nowMs) : null;
  if (heldMs !== null)
    said.push(`the end of the hold at ${time(heldMs)}, or a commit that removes spec.hold`);
  return said;
}

function ofDecision({ world, mention }: About): readonly string[] {
  const { change, deferred, refused, idle } = mention;
  const said: string[] = [];
  if (change !== null) said.push(`the next run: it carries out the ${change.kind}`);
  if (deferred !== null) said.push(`its turn: ${deferralText(deferred)}`);
  if (deferred?.limit === 'breaker')
    for (const { reason, trialMs } of openBreakers(world.records, world.policy, world.nowMs))
      said.push(`a trial that succeeds, from ${time(trialMs)} on: ${reason}`);
  if (refused !== null)
    said.push('an approval (docs/runbooks/approve-a-deletion.md), or a commit that takes it back');
  for (const { until, reason } of idle)
    if (until !== undefined) said.push(`the time ${until}: ${reason} is judged again`);
  return said;
}

function ofFile({ id, file, record, world, nothing }: About): readonly string[] {
  if (file?.kind === 'invalid')
    return ['a commit that repairs the file: `aura validate` shows every problem'];
  if (file !== null) return ofSpec(file, file.agent.spec, { id, record, world });
  if (record !== null && record.gone === undefined)
    return ['a commit that brings the file back; finalize makes or proposes it'];
  return nothing
    ? ['nothing: it is gone. A new subscription makes another agent']
    : ['a decision about the orphan: `aura orphans`'];
}

function ofSpec(
  file: AgentFile,
  spec: AgentSpec,
  { id, record, world }: Pick<About, 'id' | 'record' | 'world'>,
): readonly string[] {
  const { policy, nowMs } = world;
  const { access, power, retired } = spec;
  if (retired !== undefined && tombstoneHolds(retired, access.state)) {
    const endMs = graceEndMs({ retired }, record, { policy, nowMs });
    const isOver = nowMs >= endMs;
    const restore =
      isOver && record?.server === undefined
        ? `\`aura restore ${id}\`: a new server, without the data`
        : `\`aura restore ${id}\`, as long as its server is there`;
    const end = `the end of its grace at ${time(endMs)}: then it is destroyed`;
    return isOver ? [restore] : [end, restore];
  }
  if (access.state === 'ended')
    return [`a tombstone: \`aura retire ${id}\`; or a hold for those who want to keep it`];
  if (access.state === 'suspended') {
    const endMs = suspensionEndMs(access, policy);
    const end = endMs === null ? [] : [`the time ${time(endMs)}: then it is retired`];
    return ['Stripe: access is granted again once its cause has ended', ...end];
  }
  const endMs = accessEndMs(file);
  const announced =
    endMs === null ? [] : [`the time ${time(endMs)}: then its subscription is read again`];
  if (power !== 'running') return [`\`aura start ${id}\``, ...announced];
  if (record?.phase === 'failed') return [`\`aura retry ${id}\``, ...announced];
  return [
    ...announced,
    `its people: \`aura stop\`, \`config\`, \`region\`, \`reprovision\`, \`retire\``,
    'Stripe: another plan, a failed payment, the end of the subscription',
  ];
}
