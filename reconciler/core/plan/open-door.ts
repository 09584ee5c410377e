/**
 * Port 22 that is open while no run works on the server: a run died, or could not close it. It is closed
 * at once, whatever else of the agent has to wait.
 */
import { isOpen } from '../fleet/observed.ts';
import { change, changeHead, type Decision, type Row } from '../fleet/situation.ts';
import { resumeRow } from './existence.ts';

/** What waits for its next try waits behind a closed port 22, whatever left it open. */
export const closeRow: Row = (situation) => {
  const { view, server } = situation;
  if (server === null || !isOpen(server) || view.record?.server?.id !== server.id) return null;
  if (resumeRow(situation)?.kind !== 'idle') return null;
  return closing(changeHead(situation), server.id);
};

/** Of a repair that has to wait, what cannot: nothing else of it is done. */
export function closingAlone(decision: Decision): Decision | null {
  if (decision.kind !== 'change' || decision.change.kind !== 'repair') return null;
  const { agent, basis, server, drifts } = decision.change;
  return drifts.includes('bootstrap') ? closing({ agent, basis }, server) : null;
}

function closing(head: ReturnType<typeof changeHead>, server: string): Decision {
  const because = 'port 22 is open and no run works on it';
  return change({ kind: 'repair', ...head, because, server, drifts: ['bootstrap'] });
}
