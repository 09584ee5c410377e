/**
 * Computes an agent's phase: from the step while a run works on it (`phaseAt`), otherwise from its
 * file, its record and the newest plan (`phaseOf`).
 */
import { type AgentFile, type AgentSpec, shouldRun } from '../agent/agent.ts';
import { comesBack } from '../agent/tombstone.ts';
import { changeKinds, isKindThat } from './change-kinds.ts';
import { isGivenUp } from './receipts.ts';
import type { AgentRecord, Lease, Phase, Step } from './recorded.ts';
import { serverIsLost } from './server-facts.ts';

/** Sets the phase, begun at that time unless the record is in it already. */
export function withPhase(record: AgentRecord, phase: Phase, at: string): AgentRecord {
  if (phase === record.phase && record.phaseSince !== undefined) return record;
  return { ...record, phase, phaseSince: at };
}

export function phaseAt(change: Lease['change'], step: Step, before: Phase): Phase {
  if (isKindThat(change, 'bringsUp')) {
    if (step === 'configure') return 'configuring';
    if (step === 'join' || step === 'verify') return 'joining';
  }
  return changeKinds[change].phase ?? before;
}

/** What the newest plan found of an agent. */
type Found = {
  /** all attempts are used up */
  readonly hasFailed: boolean;
  /** its server or its device is not up */
  readonly isDown: boolean;
};
const nothingFound: Found = { hasFailed: false, isDown: false };

/** @param record null if no run has changed anything for the agent yet */
export function phaseOf(
  file: AgentFile,
  record: AgentRecord | null,
  { hasFailed, isDown }: Found = nothingFound,
): Phase {
  if (file.kind === 'invalid') return 'frozen';
  const { spec } = file.agent;
  const wanted = shouldRun(file.agent);
  if (record?.gone !== undefined && !comesBack(spec)) return 'retired';
  if (spec.retired !== undefined) return 'retiring';
  if (hasFailed) return 'failed';
  if (record?.server === undefined) {
    if (!wanted) return offPhase(spec);
    return record !== null && isGivenUp(record, spec.revision) ? 'failed' : 'queued';
  }
  if (serverIsLost(record)) return wanted ? 'queued' : offPhase(spec);
  const isOff = record.server.power === 'off';
  if (!wanted) return isOff ? offPhase(spec) : 'stopping';
  if (!record.everRunning) return beingMade.has(record.phase) ? record.phase : 'queued';
  return isOff || isDown ? 'updating' : upPhase(record);
}

/** Where a run left a server that it had begun. */
const beingMade: ReadonlySet<Phase> = new Set(['creating', 'configuring', 'joining']);

/**
 * An adopted server may not have been configured or joined yet. A rebuilt record does not know what
 * its server is configured to, and says that it runs.
 */
function upPhase({ configured, tailnet, phase }: AgentRecord): Phase {
  if (configured === undefined && phase !== 'running') return 'configuring';
  return tailnet === undefined ? 'joining' : 'running';
}

function offPhase({ access }: AgentSpec): Phase {
  return access.state === 'granted' ? 'stopped' : 'suspended';
}
