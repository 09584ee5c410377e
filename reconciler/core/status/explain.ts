/**
 * Explains the decision for one agent: desired, recorded and observed, the row of the decision
 * table that applies, and the limits, breakers and holds that affect it.
 */

import { type AgentFile, type AgentId, shouldRun } from '../agent/agent.ts';
import { problemText } from '../agent/document.ts';
import { heldUntilMs, holdText } from '../agent/hold.ts';
import { agentNamedBy, nodeOwners } from '../fleet/device.ts';
import { agentOfServer, agentStateKey, type ObservedServer } from '../fleet/observed.ts';
import { type AgentRecord, type Attempt, leaseIsLiveIn, recordId } from '../fleet/recorded.ts';
import { runOf, runText } from '../fleet/run.ts';
import type { World } from '../fleet/world.ts';
import { busy, converged, frozen, gone, orphan, removedFile } from '../plan/decision-table.ts';
import { rowOf } from '../plan/diff.ts';
import { nextDue } from '../plan/due.ts';
import { deferralText } from '../plan/limits-text.ts';
import type { Plan } from '../plan/plan.ts';
import type { RowText } from '../plan/row.ts';
import { timeMs } from '../text/time.ts';
import { type Mention, mentionsOf, unmentioned } from './mention.ts';
import { misplacedFiles, misplacedText } from './misplaced.ts';
import { changeLine } from './report.ts';
import { whatChanges } from './what-changes.ts';

export type Explanation = {
  readonly agent: AgentId;
  readonly at: string;
  readonly reading: Plan['reading']['kind'];
  readonly file: ExplainedFile | null;
  readonly record: AgentRecord | null;
  readonly observed: {
    readonly servers: readonly (ObservedServer & { readonly recorded: boolean })[];
    readonly devices: World['observed']['devices'];
    readonly state: { readonly key: string; readonly locked: boolean } | null;
  };
  /** the row of the decision table that applies */
  readonly row: RowText;
  /** what this run does about the agent */
  readonly decision: string;
  /** descriptions of the limits, breakers, holds and stops that affect the agent */
  readonly restraints: readonly string[];
  /** the newest last */
  readonly attempts: readonly Attempt[];
  /** what would change its state, the nearest first */
  readonly changedBy: readonly string[];
  /** when something becomes due for the agent by time; null if nothing does */
  readonly nextDueAt: string | null;
  /** what was not looked at, and what was assumed instead; empty after a reading */
  readonly notLookedAt: readonly string[];
};
type ExplainedFile = {
  readonly path: string;
  readonly oid: string;
  /** empty if the file is valid */
  readonly problems: readonly string[];
  /** access, power and tombstone in one sentence */
  readonly asks: string;
};

/** null if the agent has no file, no record and no observed resource. */
export function explainAgent(world: World, plan: Plan, id: AgentId): Explanation | null {
  const own = world.files.find((one) => one.id === id) ?? null;
  const file = own ?? misplacedFiles(world.files).get(id) ?? null;
  const record = world.records.find((one) => recordId(one) === id) ?? null;
  const observed = observedOf(world, id, record);
  const nothing = observed.servers.length + observed.devices.length === 0 && !observed.state;
  if (file === null && record === null && nothing) return null;
  const mention = mentionsOf(plan).get(id) ?? unmentioned;
  const { name, file: ofFile, recordedAndObserved } = appliedRow({ file, record, world }, nothing);
  return {
    agent: id,
    at: new Date(world.nowMs).toISOString(),
    reading: plan.reading.kind,
    file: file === null ? null : explainedFile(file),
    record,
    observed,
    row: { name, file: ofFile, recordedAndObserved },
    decision: decisionOf({ file, record, plan, id, nothing }, mention),
    restraints: restraintsOf({ file, record, world, plan }, mention),
    changedBy: whatChanges({ id, file, record, world, plan, mention, nothing }),
    attempts: record?.attempts.slice(-attemptsShown) ?? [],
    nextDueAt: nextDueOf({ file, plan, world }, mention),
    notLookedAt: [],
  };
}

const attemptsShown = 5;

function explainedFile(file: AgentFile): ExplainedFile {
  const { path, oid } = file;
  if (file.kind === 'invalid') {
    const problems = file.problems.map(problemText);
    return { path, oid, problems, asks: 'it cannot be read, so the agent is frozen' };
  }
  const { access, power, retired, revision, plan, region } = file.agent.spec;
  const parts = [
    `access ${access.state} since ${access.since}`,
    ...(access.owedSince === undefined ? [] : [`a payment owed since ${access.owedSince}`]),
    `power ${power}`,
    `plan ${plan} in ${region}`,
    `revision ${revision}`,
    ...(retired === undefined ? [] : [`retired by ${retired.by} at ${retired.at}`]),
  ];
  const so = shouldRun(file.agent) ? 'it should run' : 'it should not run';
  return { path, oid, problems: [], asks: `${so}: ${parts.join(', ')}` };
}

function observedOf(world: World, id: AgentId, record: AgentRecord | null) {
  const { observed, policy } = world;
  const key = agentStateKey(policy.fleet, id);
  const state = observed.states.find((one) => one.key === key);
  const owners = nodeOwners(world.records);
  return {
    servers: observed.servers
      .filter((one) => one.id === record?.server?.id || agentOfServer(one, policy.fleet) === id)
      .map((one) => ({ ...one, recorded: one.id === record?.server?.id })),
    // A device that is recorded for another agent is excluded, whatever its hostname.
    devices: observed.devices.filter((one) => (owners.get(one.nodeId) ?? agentNamedBy(one)) === id),
    state: state === undefined ? null : { key, locked: state.locked },
  };
}

type Facts = {
  readonly file: AgentFile | null;
  readonly record: AgentRecord | null;
  readonly world: World;
};

/** @param nothing whether no server, device or state is there */
function appliedRow({ file, record, world }: Facts, nothing: boolean): RowText {
  if (file?.kind === 'invalid') return frozen;
  if (file !== null) return rowOf(world, file.id) ?? converged;
  if (leaseIsLiveIn(world, record?.lease)) return busy;
  if (record !== null && record.gone === undefined) return removedFile;
  return nothing ? gone : orphan;
}

function decisionOf(
  {
    file,
    record,
    plan,
    id,
    nothing,
  }: Omit<Facts, 'world'> & { plan: Plan; id: AgentId; nothing: boolean },
  { change, deferred, refused, idle, finished }: Mention,
): string {
  if (change !== null) return `will be done: ${changeLine(change)}`;
  if (deferred !== null)
    return `deferred at place ${deferred.place}: ${changeLine(deferred.change)}`;
  if (refused !== null) return `refused: ${changeLine(refused.change)}`;
  const [first] = idle;
  if (file?.kind === 'invalid' && file.id !== id) return `left alone: ${misplacedText(id, file)}`;
  if (first !== undefined) return `left alone: ${first.reason}, ${first.message}`;
  if (finished !== null)
    return `nothing is left of it${finished.fileGoes ? '; its file goes' : ''}`;
  if (plan.removed.some(({ agent }) => agent === id))
    return plan.reading.kind === 'complete'
      ? 'its file was removed: finalize looks for the commit that did, and restores or proposes it'
      : 'its file was removed with too many others: finalize proposes to restore all of them';
  if (file === null && record === null)
    return 'no file and no record names it: it is proposed as an orphan';
  if (file === null && record?.gone !== undefined)
    return nothing
      ? 'nothing: it was retired, and nothing is left of it'
      : 'it was retired, and something of it is there: it is proposed as an orphan';
  return 'nothing';
}

/** Everything that does or could hold the agent's changes back, whatever the row. */
function restraintsOf(
  { file, record, world, plan }: Facts & { plan: Plan },
  { deferred, refused, idle }: Mention,
): readonly string[] {
  const said: string[] = [];
  if (plan.stop !== undefined) said.push(`the fleet is stopped: ${plan.stop}`);
  if (plan.reading.kind === 'partial') {
    const reasons = plan.reading.reasons.map(({ source, detail }) => `${source}: ${detail}`);
    said.push(`the reading is partial: ${reasons.join('; ')}`);
  }
  if (file?.kind === 'valid') {
    const { spec } = file.agent;
    const until = heldUntilMs(spec, world.policy, world.nowMs);
    if (until !== null) {
      const why = holdText(spec, world.policy);
      said.push(`a hold until ${new Date(until).toISOString()}: ${why}`);
    }
  }
  if (record?.lease !== undefined) {
    const { change, step, until } = record.lease;
    const by = runText(runOf(record.lease));
    const kind = leaseIsLiveIn(world, record.lease) ? 'a' : 'a dead';
    said.push(`${kind} lease of run ${by}: ${change} at ${step}, until ${until}`);
  }
  if (deferred !== null) said.push(`limit ${deferred.limit}: ${deferralText(deferred)}`);
  if (refused !== null) said.push(`limit ${refused.limit}: ${refused.message}`);
  for (const { reason, message } of idle.slice(1)) said.push(`${reason}: ${message}`);
  for (const { scope, message } of plan.breakers)
    said.push(`an open breaker over ${scope}: ${message}`);
  return said;
}

/** The agent's own times, and the fleet's if the agent waits for a limit. */
function nextDueOf(
  { file, plan, world }: { file: AgentFile | null; plan: Plan; world: World },
  { deferred, refused, idle }: Mention,
): string | null {
  const waits = deferred !== null || refused !== null;
  const moments = waits && plan.nextDueAt !== null ? [timeMs(plan.nextDueAt)] : [];
  return nextDue({ idle, files: file === null ? [] : [file], moments, nowMs: world.nowMs });
}
