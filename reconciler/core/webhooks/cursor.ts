/**
 * The cursor of one endpoint: how far the changes of branch `status` were sent to it. An event that
 * was not accepted waits here, so that it delays only the later events of its own agent.
 *
 * | attempt | what follows |
 * |---|---|
 * | accepted | the agent's next change, if there is one |
 * | failed, less than a day after the first | it waits, each time longer |
 * | failed, a day after the first | it is given up; the agent's next change follows |
 * | another agent's is accepted | events that failed because the endpoint was down are sent soon |
 */
import type { Waiting, WebhookCursor } from '../../../schemas/generated/webhook-cursor.ts';
import { validate } from '../../../schemas/validate.ts';
import type { OutgoingEvent } from './agent-event.ts';

export type Cursor = WebhookCursor;
export type WaitingEvent = Waiting;
export type Refusal = {
  readonly why: string;
  /** whether the endpoint did not answer, or was overloaded */
  readonly isDown: boolean;
  readonly retryAfterMs: number | null;
};

/** Changes wait in the cursor's commit instead while so many agents wait. */
export const waitingMax = 100;

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** The last one repeats. */
const delaysMs = [
  5 * secondMs,
  minuteMs,
  5 * minuteMs,
  15 * minuteMs,
  hourMs,
  2 * hourMs,
  4 * hourMs,
];
const againSoonMs = minuteMs;

export function cursorAt(commit: string): Cursor {
  return { commit, sweep: null, waiting: [], lease: null };
}

/** null if it cannot be read */
export function parseCursor(text: string): Cursor | null {
  try {
    const parsed = validate('webhook-cursor', JSON.parse(text));
    return parsed.ok ? parsed.value : null;
  } catch {
    return null;
  }
}

/** An event that was not tried yet. */
export function waitingOf(event: OutgoingEvent, nowMs: number): WaitingEvent {
  return { ...event, tries: 0, firstMs: nowMs, lastMs: nowMs, dueMs: nowMs, isDown: false };
}

/** null if it is given up */
export function afterRefusal(
  event: WaitingEvent,
  { isDown, retryAfterMs }: Refusal,
  nowMs: number,
): WaitingEvent | null {
  const endMs = event.firstMs + dayMs;
  if (nowMs >= endMs) return null;
  const delayMs = delaysMs[Math.min(event.tries, delaysMs.length - 1)] ?? hourMs;
  const askedMs = Math.min(retryAfterMs ?? 0, hourMs);
  const dueMs = Math.min(nowMs + Math.max(delayMs, askedMs), endMs);
  return { ...event, tries: event.tries + 1, lastMs: nowMs, dueMs, isDown };
}

/** After another event was accepted: the endpoint answers again. */
export function soonerIfDown(event: WaitingEvent, nowMs: number): WaitingEvent {
  if (!event.isDown) return event;
  const soonMs = Math.max(nowMs, event.lastMs + againSoonMs);
  return { ...event, dueMs: Math.min(event.dueMs, soonMs) };
}

/** Events wait that an endpoint did not accept, or it answered that it wants none any more. */
export type EndpointTrouble = {
  readonly endpoint: string;
  /** the first attempt at the oldest of them, or when it answered so */
  readonly sinceMs: number;
  /** whose events wait, sorted */
  readonly agents: readonly string[];
  readonly gone: boolean;
};

/** null if no event was refused; `goneMs` is null unless it wants none any more */
export function troubleOf(
  endpoint: string,
  { waiting }: Pick<Cursor, 'waiting'>,
  goneMs: number | null,
): EndpointTrouble | null {
  const refused = waiting.filter(({ tries }) => tries > 0);
  const agents = refused.map(({ agent }) => agent).sort();
  if (goneMs !== null) return { endpoint, sinceMs: goneMs, agents, gone: true };
  if (refused.length === 0) return null;
  const sinceMs = Math.min(...refused.map(({ firstMs }) => firstMs));
  return { endpoint, sinceMs, agents, gone: false };
}

/** When the next of them is due; infinite if none waits. */
export function nextDueMs({ waiting }: Pick<Cursor, 'waiting'>): number {
  return Math.min(Number.POSITIVE_INFINITY, ...waiting.map(({ dueMs }) => dueMs));
}
