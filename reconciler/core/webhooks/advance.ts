/**
 * Computes the cursor after a batch of deliveries. What the receiver knows of an agent is the state
 * in its waiting event's predecessor, or its record at the cursor's place. Both are kept true:
 * an event leaves the list only for the agent's next one, or once the record says the same.
 */
import type { OutgoingEvent } from './agent-event.ts';
import {
  afterRefusal,
  type Cursor,
  type Refusal,
  soonerIfDown,
  type WaitingEvent,
  waitingOf,
} from './cursor.ts';

/** What became of an event that was sent. */
export type Outcome = { readonly kind: 'accepted' } | ({ readonly kind: 'refused' } & Refusal);
type Batch = {
  /** what was compared for it; null if nothing was */
  readonly swept: {
    readonly to: string;
    readonly past: string;
    readonly done: boolean;
    readonly events: readonly (OutgoingEvent & { readonly path: string })[];
  } | null;
  /** by agent */
  readonly outcomes: ReadonlyMap<string, Outcome>;
};
export type Advanced = {
  readonly cursor: Cursor;
  /** events that left the list: their agents' next change has to be found */
  readonly left: readonly WaitingEvent[];
  readonly givenUp: readonly WaitingEvent[];
};

export function advance(cursor: Cursor, { swept, outcomes }: Batch, nowMs: number): Advanced {
  const left: WaitingEvent[] = [];
  const givenUp: WaitingEvent[] = [];
  const waiting: WaitingEvent[] = [];
  const answers = [...outcomes.values()].some(({ kind }) => kind === 'accepted');
  const keep = (event: WaitingEvent) => waiting.push(answers ? soonerIfDown(event, nowMs) : event);
  for (const event of cursor.waiting) {
    const outcome = outcomes.get(event.agent);
    if (outcome === undefined) keep(event);
    else if (outcome.kind === 'accepted') left.push(event);
    else {
      const later = afterRefusal(event, outcome, nowMs);
      if (later !== null) keep(later);
      else {
        left.push(event);
        givenUp.push(event);
      }
    }
  }
  for (const { path: _path, ...event } of swept?.events ?? []) {
    const outcome = outcomes.get(event.agent);
    if (outcome?.kind !== 'refused') continue;
    const later = afterRefusal(waitingOf(event, nowMs), outcome, nowMs);
    if (later !== null) keep(later);
  }
  return {
    cursor: { ...cursor, waiting, ...placeAfter(cursor, { swept, outcomes }) },
    left,
    givenUp,
  };
}

/** Up to the first event that was not sent. */
function placeAfter(cursor: Cursor, { swept, outcomes }: Batch): Pick<Cursor, 'commit' | 'sweep'> {
  if (swept === null) return { commit: cursor.commit, sweep: cursor.sweep };
  const unsent = swept.events.findIndex(({ agent }) => !outcomes.has(agent));
  if (unsent < 0 && swept.done) return { commit: swept.to, sweep: null };
  const past =
    unsent < 0 ? swept.past : (swept.events[unsent - 1]?.path ?? cursor.sweep?.past ?? '');
  return { commit: cursor.commit, sweep: { to: swept.to, past } };
}
