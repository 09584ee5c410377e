/**
 * Computes from file and record since when an agent that should run has had no running server.
 * Further attempts, phases and steps do not restart the time.
 */
import type { AgentFile } from '../agent/agent.ts';
import { isKindThat } from '../fleet/change-kinds.ts';
import type { AgentRecord, Attempt } from '../fleet/recorded.ts';
import { serverIsLost } from '../fleet/server-facts.ts';
import { timeMs } from '../text/time.ts';

const offPhases: ReadonlySet<string> = new Set(['stopped', 'suspended', 'stopping', 'retired']);

/** ms; null if the server runs, or if no run has seen the commit that turned it on. */
export function lackingSince(
  file: AgentFile & { readonly kind: 'valid' },
  record: AgentRecord | null,
): number | null {
  const entitledMs = timeMs(file.agent.spec.access.since);
  if (record === null) return entitledMs;
  const { server, everRunning, phase, phaseSince, observedOid } = record;
  const powerUnknown = record.conditions.find(({ reason }) => reason === 'PowerUnknown');
  if (powerUnknown !== undefined) return Math.max(entitledMs, timeMs(powerUnknown.since));
  const isThere = server !== undefined && !serverIsLost(record);
  if (isThere && everRunning && server.power !== 'off') return null;
  if (offPhases.has(phase)) {
    // The agent was just turned on and waits for the next run; its access may be years old.
    if (accessIsNews(file, phaseSince)) return entitledMs;
    if (observedOid !== file.oid || phaseSince === undefined) return null;
    return Math.max(entitledMs, timeMs(phaseSince));
  }
  const lostMs = record.destroyed
    .filter(({ kind }) => kind !== 'assumed')
    .map(({ at }) => timeMs(at));
  return Math.max(entitledMs, ...lostMs, beganMs(record, entitledMs) ?? entitledMs);
}

/** Whether access was granted after the agent was switched off. */
function accessIsNews(file: AgentFile & { kind: 'valid' }, phaseSince: string | undefined) {
  return phaseSince !== undefined && timeMs(file.agent.spec.access.since) > timeMs(phaseSince);
}

/**
 * The first attempt after the agent last ran, ms; null if it has not run since it is entitled: then
 * its time in the queue counts too.
 */
function beganMs(record: AgentRecord, entitledMs: number): number | null {
  const { attempts, lease, phaseSince, server } = record;
  const last = attempts.findLastIndex(isSuccess);
  const off = server !== undefined && record.everRunning && !serverIsLost(record);
  if (last < 0 && !off) return null;
  const ended = attempts[last]?.ended;
  if (ended !== undefined && timeMs(ended) < entitledMs) return null;
  const first = off
    ? undefined
    : attempts.slice(last + 1).find(({ change }) => isKindThat(change, 'countsAsAttempt'));
  const began = first?.started ?? lease?.since ?? phaseSince;
  return began === undefined ? null : timeMs(began);
}

function isSuccess({ change, outcome }: Attempt): boolean {
  return isKindThat(change, 'countsAsAttempt') && outcome === 'succeeded';
}
