/** Finds what is to be sent next: events whose retry is due, and changes that were not sent yet. */
import { agentPath, parseAgentId } from '../../core/agent/agent.ts';
import { compareText } from '../../core/fleet/world.ts';
import type { Advanced } from '../../core/webhooks/advance.ts';
import { eventOf, stateIn } from '../../core/webhooks/agent-event.ts';
import {
  type Cursor,
  type WaitingEvent,
  waitingMax,
  waitingOf,
} from '../../core/webhooks/cursor.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { changedPaths, type Range, recordOf, type Swept, sweep } from './sweep.ts';

type BatchPorts = Pick<Ports, 'state' | 'clock' | 'log'>;
/** Of different agents. */
export type Batch = {
  readonly due: readonly WaitingEvent[];
  readonly swept: (Swept & { readonly to: string; readonly lost: boolean }) | null;
};

/** null if nothing is to be sent now */
export async function batchOf(
  ports: BatchPorts,
  cursor: Cursor,
  tip: Snapshot,
): Promise<Batch | null> {
  const nowMs = ports.clock.now();
  const due = cursor.waiting.filter(({ dueMs }) => dueMs <= nowMs);
  const isSwept = cursor.sweep === null && cursor.commit === tip.commit;
  const swept = isSwept ? null : await sweepOn(ports, cursor, tip);
  if (due.length > 0) return { due, swept };
  // What was compared without a result is saved with the next events.
  if (swept === null) return null;
  const isNews = swept.events.length > 0 || swept.to !== tip.commit || swept.lost;
  return isNews ? { due, swept } : null;
}

async function sweepOn({ state, clock, log }: BatchPorts, cursor: Cursor, tip: Snapshot) {
  const eventsMax = waitingMax - cursor.waiting.length;
  if (eventsMax === 0) return null;
  const begun = cursor.sweep === null ? null : await state.at('status', cursor.sweep.to);
  const after = begun ?? tip;
  const past = begun === null ? '' : (cursor.sweep?.past ?? '');
  const before = await state.at('status', cursor.commit);
  const paths = before === null ? null : await changedPaths({ before, after });
  if (before === null || paths === null) {
    log.error(
      { commit: cursor.commit },
      'changes since this commit are lost: git does not have it',
    );
    return { events: [], past: '', done: true, to: tip.commit, lost: true };
  }
  const waiting = new Set(cursor.waiting.map(({ agent }) => agent));
  const timestamp = new Date(clock.now()).toISOString();
  const swept = await sweep({ before, after }, paths, { past, eventsMax, waiting, timestamp });
  return { ...swept, to: after.commit, lost: false };
}

/** Whether something is to be sent of the changes; true if they cannot be compared. */
export async function hasEvents(range: Range): Promise<boolean> {
  const paths = await changedPaths(range);
  if (paths === null) return true;
  const all = { past: '', eventsMax: 1, waiting: new Set<string>(), timestamp: '' };
  return (await sweep(range, paths, all)).events.length > 0;
}

/** With the next event of each agent whose event has left the list. */
export async function withNext(
  { state, clock }: Pick<BatchPorts, 'state' | 'clock'>,
  { cursor, left }: Advanced,
): Promise<Cursor> {
  const nowMs = clock.now();
  const timestamp = new Date(nowMs).toISOString();
  const next: WaitingEvent[] = [];
  for (const event of left) {
    const id = parseAgentId(event.agent);
    const path = id === null ? '' : agentPath(id);
    const snapshot = await state.at('status', placeOf(cursor, path));
    const record = snapshot === null ? null : await recordOf(snapshot, path);
    const found = record === null ? null : eventOf(record, stateIn(event), timestamp);
    if (found !== null) next.push(waitingOf(found, nowMs));
  }
  return { ...cursor, waiting: [...cursor.waiting, ...next] };
}

/** The commit up to which the changes of a path were compared. */
function placeOf({ commit, sweep }: Cursor, path: string): string {
  return sweep !== null && compareText(path, sweep.past) <= 0 ? sweep.to : commit;
}
