/**
 * The sentences that a customer reads while a run works on the agent, and while a verified agent is
 * degraded.
 */
import type { AgentRecord } from '../fleet/recorded.ts';

/** The sentence for the lease's change and step. */
export function workNext({ change, step }: NonNullable<AgentRecord['lease']>): string {
  switch (change) {
    case 'create':
    case 'resume':
    case 'adopt':
      if (step === 'configure') {
        return 'Your agent is being installed on its server. This takes a few minutes.';
      }
      return step === 'join' || step === 'verify'
        ? 'Your agent is joining its private network and is ready in a moment.'
        : 'The server of your agent is being created. This takes a minute or two.';
    case 'replace':
      return 'Your agent is getting a fresh server, as asked.';
    case 'rollback':
      return 'The last try did not work and is being cleared away. A fresh one follows.';
    case 'power':
      return 'Your agent is being started.';
    case 'retire':
      return 'Your agent was about to be deleted. That is being stopped, as far as it still can be.';
    default:
      return 'Your agent is being brought up to date.';
  }
}

/** For a degraded agent; null if it is not degraded. */
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
