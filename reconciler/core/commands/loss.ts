/** Describes what is lost with an agent's server, of which no snapshot is kept. */
import type { Access, Retired } from '../agent/agent.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { timeMs } from '../text/time.ts';

/** What a new server or a retirement destroys; null without a server. */
export function lossOf(record: AgentRecord | null): string | null {
  const server = record?.server;
  if (server === undefined) return null;
  const made = record?.chosen;
  const what = made === undefined ? '' : ` (${made.serverType} in ${made.location})`;
  return `server ${server.id}${what}, made at ${server.created}, with everything on it; no snapshot of it is kept`;
}

/** What the retirement has destroyed already; null if nothing. */
export function destroyedBy(retired: Retired, record: AgentRecord | null): string | null {
  if (record === null || record.server !== undefined) return null;
  const ends = record.destroyed.filter((one) => one.kind === 'retire');
  const last = ends.filter(({ at }) => timeMs(at) >= timeMs(retired.at)).at(-1);
  if (last !== undefined) return `server ${last.server} and its data are gone since ${last.at}`;
  if (record.gone === undefined) return null;
  return `nothing was left of it at ${record.gone}`;
}

/** A note if the next resync would set the lifted tombstone again, because its cause lasts. */
export function retiredAgain(lifted: Retired, access: Access): readonly string[] {
  if (access.state === 'ended')
    return ['its subscription has ended: without a hold the next resync retires it again'];
  if (access.state === 'granted' || lifted.by !== 'finalize') return [];
  return ['its access is still suspended: without a hold the next resync retires it again'];
}

/** Whether a lease for retiring the agent exists. */
export function isBeingRetired(record: AgentRecord | null): boolean {
  return record?.lease?.change === 'retire';
}
