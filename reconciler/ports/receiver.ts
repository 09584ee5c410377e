/** An endpoint of the platform that events are posted to. */
import type { Outcome } from '../core/webhooks/advance.ts';
import type { OutgoingEvent } from '../core/webhooks/agent-event.ts';

/** `gone`: 410, the endpoint does not want events any more. */
export type Delivery = Outcome | { readonly kind: 'gone' };

export type Receiver = {
  /** of the endpoint, in logs and metrics; its address may contain a secret */
  readonly name: string;
  /** Never throws. An endpoint that got an event twice knows it by its id. */
  deliver(event: Pick<OutgoingEvent, 'id' | 'body'>): Promise<Delivery>;
};
