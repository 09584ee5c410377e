/** Computes the place in the queue that is shown for each agent that waits for a limit. */
import { isDeferred } from '../fleet/limit-conditions.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { timeMs } from '../text/time.ts';

export type Place = { readonly place: number; readonly waiting: number };

export type Places = ReadonlyMap<string, Place>;

/**
 * The places of the agents that wait for a limit, the longest waiting first. They are computed from
 * the records and only approximate the order of creates.
 */
export function placesInQueue(records: readonly AgentRecord[]): Places {
  const waiting = records
    .flatMap((record) => {
      const deferred = record.conditions.find(isDeferred);
      if (deferred === undefined || record.phase !== 'queued') return [];
      return [{ name: record.name, since: timeMs(record.phaseSince ?? deferred.since) }];
    })
    .sort((a, b) => a.since - b.since || (a.name < b.name ? -1 : 1));
  const places = waiting.map(({ name }, index) => {
    return [name, { place: index + 1, waiting: waiting.length }] as const;
  });
  return new Map(places);
}
