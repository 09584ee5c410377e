/**
 * Whom an event is about. Only a subscription is read for what it says; the others name whom to read:
 * a charge its customer, and a customer all subscriptions.
 */
export type Subject = {
  readonly kind: 'subscription' | 'customer' | 'charge' | 'disputes';
  /** of a subscription, of a charge, or of the customer whose subscriptions, or disputes, are meant */
  readonly id: string;
};

export function keyOf({ kind, id }: Subject): string {
  return `${kind} ${id}`;
}
