/** Whom an event is about: its subscriptions, or all of a customer's. */
export type Subject = { readonly kind: 'subscription' | 'customer'; readonly id: string };

export function keyOf({ kind, id }: Subject): string {
  return `${kind} ${id}`;
}
