/** Messages of the intake benchmark to its world, which is a process of its own. */

export type WorldOptions = {
  readonly agents: number;
  /** those of them whose subscriptions exist at Stripe */
  readonly subscriptions: number;
  readonly readsPerSecond: number;
  /** whether there is a branch `status` with a record for each of the subscriptions */
  readonly records?: boolean;
};
export type WorldAddresses = {
  readonly gitUrl: string;
  readonly gitDir: string;
  readonly stripeUrl: string;
  readonly subscriptions: readonly string[];
};
export type WorldCounts = { readonly pushes: number; readonly stripeReads: number };
export type WorldRequest =
  | { readonly ask: 'start'; readonly options: WorldOptions }
  /** Sets the delay of each answer of the git server. */
  | { readonly ask: 'delay'; readonly ms: number }
  /** Schedules cancellations at these times, so that each subscription changes. */
  | { readonly ask: 'change'; readonly changes: readonly Change[] }
  | { readonly ask: 'counts' }
  | { readonly ask: 'close' };
export type Change = { readonly subscription: string; readonly cancelAt: number };

export const secretKey = 'sk_live_benchmark';
export const webhookSecret = 'whsec_benchmark';
export const tokenSecret = 'x'.repeat(64);
