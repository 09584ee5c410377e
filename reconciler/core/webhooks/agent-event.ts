/**
 * Decides whether a record's change is reported to the platform, and with which event: a change of
 * the phase, or of a condition's status or reason. Messages of conditions are not sent, because they
 * may quote other services.
 *
 * The id is a digest of the change, so that an event that is sent again has the same one, whichever
 * process sends it.
 */
import type { State, WebhookEvent } from '../../../schemas/generated/webhook-event.ts';
import { validate } from '../../../schemas/validate.ts';
import { digest } from '../agent/digest.ts';
import { Failure } from '../failure.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { compareText } from '../fleet/world.ts';

export type AgentState = State;
/** An event as it is sent: the same bytes each time. */
export type OutgoingEvent = { readonly id: string; readonly agent: string; readonly body: string };
type Owner = Pick<WebhookEvent['data'], 'agent' | 'subscription' | 'customer'>;

/** null if nothing has changed that is reported */
export function eventOf(
  { name, subscription, customer, ...record }: AgentRecord,
  previous: AgentState | null,
  timestamp: string,
): OutgoingEvent | null {
  const current = stateOf(record);
  if (previous !== null && isSame(previous, current)) return null;
  const owner: Owner = { agent: name, subscription, customer };
  const data = { ...owner, current, previous };
  const event: WebhookEvent = { type: 'agent.changed', timestamp, data };
  return { id: `evt_${digest(data, 32)}`, agent: name, body: JSON.stringify(event) };
}

export function stateOf({
  phase,
  phaseSince,
  conditions,
}: Pick<AgentRecord, 'phase' | 'phaseSince' | 'conditions'>): AgentState {
  return {
    phase,
    since: phaseSince ?? null,
    conditions: conditions
      .map(({ type, status, reason, since }) => ({ type, status, reason, since }))
      .sort((a, b) => compareText(a.type, b.type) || compareText(a.reason, b.reason)),
  };
}

/** The state that the receiver of an event knows. */
export function stateIn({ body }: Pick<OutgoingEvent, 'body'>): AgentState {
  const event = validate('webhook-event', JSON.parse(body));
  if (!event.ok) throw new Failure('UnexpectedAnswer', 'a webhook event cannot be read');
  return event.value.data.current;
}

function isSame(before: AgentState, after: AgentState): boolean {
  return reported(before) === reported(after);
}

function reported({ phase, conditions }: AgentState): string {
  return JSON.stringify([
    phase,
    conditions.map(({ type, status, reason }) => [type, status, reason]),
  ]);
}
