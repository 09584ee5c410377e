/** Whom an event is about: its subscriptions, or all of a customer's, or of whoever paid a charge. */
export type Subject = {
  readonly kind: 'subscription' | 'customer' | 'charge';
  readonly id: string;
};

export function keyOf({ kind, id }: Subject): string {
  return `${kind} ${id}`;
}
