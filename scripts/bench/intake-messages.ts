/** What the benchmark of intake asks of its world, which is a process of its own. */

export type WorldOptions = {
  readonly agents: number;
  /** of them, those whose subscriptions are at Stripe */
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
  /** Each request to the git server is answered so much later. */
  | { readonly ask: 'delay'; readonly ms: number }
  /** The subscriptions will be cancelled at these times: news for each. */
  | { readonly ask: 'change'; readonly changes: readonly Change[] }
  | { readonly ask: 'counts' }
  | { readonly ask: 'close' };
export type Change = { readonly subscription: string; readonly cancelAt: number };

export const secretKey = 'sk_live_benchmark';
export const webhookSecret = 'whsec_benchmark';
export const tokenSecret = 'x'.repeat(64);
