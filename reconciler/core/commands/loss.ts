/**
 * What goes with an agent's server, in words for its owner, and whether it has
 * gone already. No snapshots are kept: what a server held is gone with it.
 */
import type { Access, Retired } from '../agent/agent.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { timeMs } from '../text/time.ts';

/** What a fresh server or a retirement takes away; null where there is no server yet. */
export function lossOf(record: AgentRecord | null): string | null {
  const server = record?.server;
  if (server === undefined) return null;
  const made = record?.chosen;
  const what = made === undefined ? '' : ` (${made.serverType} in ${made.location})`;
  return `server ${server.id}${what}, made at ${server.created}, with everything on it; no snapshot of it is kept`;
}

/** What the retirement has destroyed already; null where everything is still there. */
export function destroyedBy(retired: Retired, record: AgentRecord | null): string | null {
  if (record === null || record.server !== undefined) return null;
  const ends = record.destroyed.filter((one) => one.kind === 'retire');
  const last = ends.filter(({ at }) => timeMs(at) >= timeMs(retired.at)).at(-1);
  if (last !== undefined) return `server ${last.server} and its data are gone since ${last.at}`;
  if (record.gone === undefined) return null;
  return `nothing was left of it at ${record.gone}`;
}

/** What comes of lifting a tombstone whose cause lasts; none where nothing sets it again. */
export function retiredAgain(lifted: Retired, access: Access): readonly string[] {
  if (access.state === 'ended')
    return ['its subscription has ended: without a hold the next resync retires it again'];
  if (access.state === 'granted' || lifted.by !== 'finalize') return [];
  return ['its access is still suspended: without a hold the next resync retires it again'];
}

/** Whether a run works at this moment on ending the server. */
export function isBeingRetired(record: AgentRecord | null): boolean {
  return record?.lease?.change === 'retire';
}
