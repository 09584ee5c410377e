/**
 * Pauses and resumes the collection of a subscription. Invoices are marked uncollectible meanwhile,
 * which Stripe documents for services that are offered for free: access stays. The metadata of the
 * subscription distinguishes our pause from a person's, which is left alone.
 */
import type Stripe from 'stripe';
import { Failure } from '../../core/failure.ts';

/** Set in the subscription's metadata while our pause lasts. */
const pausedKey = 'aura_paused';
const behavior = 'mark_uncollectible';

export async function pauseCollection(
  stripe: Stripe,
  id: string,
  { revision, idempotencyKey }: { readonly revision: number; readonly idempotencyKey: string },
): Promise<void> {
  const found = await stripe.subscriptions.retrieve(id);
  if (isOver(found) || found.pause_collection !== null) return;
  const asked = { pause_collection: { behavior }, metadata: { [pausedKey]: String(revision) } };
  await stripe.subscriptions.update(id, asked, { idempotencyKey });
  // A repeated key is answered without an effect.
  const after = await stripe.subscriptions.retrieve(id);
  if (!isOver(after) && after.pause_collection === null) throw unknown(id, 'paused');
}

export async function resumeCollection(
  stripe: Stripe,
  id: string,
  { idempotencyKey }: { readonly idempotencyKey: string },
): Promise<void> {
  if (!isOurs(await stripe.subscriptions.retrieve(id))) return;
  const asked = { pause_collection: '', metadata: { [pausedKey]: '' } } as const;
  await stripe.subscriptions.update(id, asked, { idempotencyKey });
  if (isOurs(await stripe.subscriptions.retrieve(id))) throw unknown(id, 'resumed');
}

function isOurs(subscription: Stripe.Subscription): boolean {
  if (isOver(subscription) || subscription.metadata[pausedKey] === undefined) return false;
  return subscription.pause_collection?.behavior === behavior;
}

function isOver({ status }: Stripe.Subscription): boolean {
  return status === 'canceled' || status === 'incomplete_expired';
}

function unknown(id: string, word: string): Failure {
  return new Failure('Conflict', `Stripe has not ${word} the collection of ${id}`);
}
