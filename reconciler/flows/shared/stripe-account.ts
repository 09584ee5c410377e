/** Checks the account of our Stripe key, and limits its request rate. */
import type { Policy } from '../../core/agent/policy.ts';
import { Failure } from '../../core/failure.ts';
import type { Billing } from '../../ports/billing.ts';

type Pinned = Policy['stripe'];

/** Reads the account once; a failed read is repeated the next time. */
export function createAccountCheck(
  billing: Pick<Billing, 'account'>,
): (pinned: Pinned) => Promise<void> {
  let known: Awaited<ReturnType<Billing['account']>> | null = null;
  return async ({ account, livemode }) => {
    known ??= await billing.account();
    if (known.id === account && known.livemode === livemode) return;
    throw new Failure(
      'MisconfiguredAccount',
      `our Stripe key is of account ${known.id} in ${mode(known)} mode, policy.yaml says ${account} in ${mode({ livemode })} mode`,
    );
  };
}

export function mode({ livemode }: { readonly livemode: boolean }): 'live' | 'test' {
  return livemode ? 'live' : 'test';
}

/** https://docs.stripe.com/rate-limits */
export const stripeReadsPerSecond = { live: 100, test: 25 } as const;

export function readsPerSecond({ livemode, readsPerSecond: own }: Pinned): number {
  return own ?? stripeReadsPerSecond[mode({ livemode })];
}
