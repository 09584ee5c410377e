/** Computes the place in the queue that is shown for an agent that waits for a limit. */
import type { AgentId } from '../agent/agent.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { timeMs } from '../text/time.ts';

export type Place = { readonly place: number; readonly waiting: number };

/**
 * The place of an agent among those that wait for a limit, the longest waiting first. It is
 * computed from the records and only approximates the order of creates.
 */
export function placeInQueue(records: readonly AgentRecord[], id: AgentId): Place | null {
  const waiting = records
    .flatMap((record) => {
      const deferred = record.conditions.find(({ type }) => type === 'Deferred');
      if (deferred === undefined || record.phase !== 'queued') return [];
      return [{ name: record.name, since: timeMs(record.phaseSince ?? deferred.since) }];
    })
    .sort((a, b) => a.since - b.since || (a.name < b.name ? -1 : 1));
  const place = waiting.findIndex(({ name }) => name === id) + 1;
  return place === 0 ? null : { place, waiting: waiting.length };
}
