/** Of which agents heartbeats are accepted, and of which they are expected since when. */
import type { AgentFile } from '../agent/agent.ts';
import { withoutDeadLease } from '../fleet/progress.ts';
import type { AgentRecord, RecordFile } from '../fleet/recorded.ts';
import { timeMs } from '../text/time.ts';
import type { Watching } from './watching.ts';

/**
 * The revision whose server may report now: the recorded one, because the file may ask for a server
 * that does not exist yet. null where no server may: unknown, retired or gone.
 */
export function reportingRevision(
  file: AgentFile | undefined,
  recorded: RecordFile | undefined,
): number | null {
  if (file === undefined || recorded?.kind !== 'valid') return null;
  const { server, gone, chosen } = recorded.record;
  if (server === undefined || gone !== undefined) return null;
  if (file.kind === 'valid' && file.agent.spec.retired !== undefined) return null;
  return chosen?.revision ?? null;
}

export type Expected = {
  readonly revision: number;
  /** until then its host could not, or need not, report: silence before says nothing */
  readonly sinceMs: number;
};

/**
 * An agent is expected to report while its server is on, no run works on it, and its host can reach
 * the service: heartbeats of an isolated agent cannot leave its server. null for the others.
 */
export function expectedOf(
  file: AgentFile | undefined,
  recorded: RecordFile | undefined,
): Expected | null {
  if (recorded?.kind !== 'valid') return null;
  const record = withoutDeadLease(recorded.record);
  if (record.lease !== undefined || record.server?.power === 'off') return null;
  if (record.phase !== 'running' && record.phase !== 'updating') return null;
  if (file?.kind === 'valid' && file.agent.spec.isolated !== undefined) return null;
  if (isStillIsolated(record)) return null;
  const revision = reportingRevision(file, recorded);
  return revision === null ? null : { revision, sinceMs: lastChangedMs(record) };
}

/** For how long an agent was listened to, of which something is expected since then. */
export function watchingOfExpected(watching: Watching, { sinceMs }: Expected): Watching {
  return { ...watching, sinceMs: Math.max(watching.sinceMs, sinceMs) };
}

/** A released agent has this condition until the run that lets it reach the service again. */
function isStillIsolated({ conditions }: AgentRecord): boolean {
  return conditions.some(({ type }) => type === 'Isolated');
}

/** What a run last did about it may have switched it on, restarted or released it. */
function lastChangedMs({ attempts }: AgentRecord): number {
  const last = attempts.findLast(({ outcome }) => outcome === 'succeeded');
  return last === undefined ? Number.NEGATIVE_INFINITY : timeMs(last.ended);
}
