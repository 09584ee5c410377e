/**
 * Checks that Stripe's account is the one of the files, independent of its id. One known
 * subscription that has a file proves it, as a path is derived from a subscription's id. It is
 * searched for only after many unknown subscriptions in a row.
 */
import { agentIdOf, agentPath } from '../../core/agent/agent.ts';
import { Failure } from '../../core/failure.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';

export type AccountProof = {
  /** Reports a subscription that Stripe has. */
  knows(main: Snapshot, subscription: string): Promise<void>;
  /** Reports a file without a subscription at Stripe. Throws if no file at all has one. */
  misses(main: Snapshot): Promise<void>;
};

/** This many in a row without a known one: another account. */
const missedMax = 20;

export function createAccountProof({ billing }: Pick<Ports, 'billing'>): AccountProof {
  let proven = false;
  let missed = 0;

  async function knows(main: Snapshot, subscription: string): Promise<void> {
    if (!proven) proven = (await main.read(agentPath(agentIdOf(subscription)))) !== null;
  }

  return {
    knows,
    async misses(main) {
      missed += 1;
      if (proven || missed < missedMax) return;
      for await (const { id } of billing.allSubscriptions()) {
        await knows(main, id);
        if (proven) return;
      }
      const message = `Stripe has none of ${missed} agents' subscriptions, and lists none that has a file: check the account`;
      throw new Failure('MisconfiguredAccount', message);
    },
  };
}
