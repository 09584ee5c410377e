/** What a customer sees of an agent that was verified once and is not well now. */
import type { AgentRecord } from '../fleet/recorded.ts';

/** null where nothing is wrong with it */
export function downNext(record: AgentRecord | null): string | null {
  const reasons = new Set(record?.conditions.map(({ reason }) => reason));
  if (reasons.has('PowerUnknown')) {
    return (
      'The server of your agent is in a state that only our provider can end, so your agent may not ' +
      'answer. Its data is kept. Our team is notified where that lasts.'
    );
  }
  if (!reasons.has('DeviceOffline')) return null;
  return (
    'Your agent is not connected to its private network at the moment, so it may not answer. We try ' +
    'to connect it again by ourselves. There is nothing you need to do.'
  );
}
