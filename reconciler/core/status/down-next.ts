/** The sentence that a customer reads about an agent that was verified and is degraded now. */
import type { AgentRecord } from '../fleet/recorded.ts';

/** null if the agent is not degraded */
export function downNext(record: AgentRecord | null): string | null {
  const reasons = new Set(record?.conditions.map(({ reason }) => reason));
  if (reasons.has('PowerUnknown')) {
    return (
      'The server of your agent is in a state that only our provider can end, so your agent may not ' +
      'answer. Its data is kept. Our team is notified if that lasts.'
    );
  }
  if (!reasons.has('DeviceOffline')) return null;
  return (
    'Your agent is not connected to its private network at the moment, so it may not answer. We try ' +
    'to connect it again by ourselves. There is nothing you need to do.'
  );
}
