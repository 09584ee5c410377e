/**
 * Whether this is the account that the files are about, whatever its id says. One subscription that
 * Stripe knows and that has a file proves it: a path is made of a subscription's id. It is looked for
 * only where Stripe knows nothing of many agents in a row.
 */
import { agentIdOf, agentPath } from '../../core/agent/agent.ts';
import { Failure } from '../../core/failure.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';

export type AccountProof = {
  /** Stripe knows this subscription. */
  knows(main: Snapshot, subscription: string): Promise<void>;
  /** Stripe does not know the subscription of a file. Throws where it knows none of any. */
  misses(main: Snapshot): Promise<void>;
};

/** So many in a row, and none known: another account. */
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
      const message = `Stripe knows none of ${missed} agents, and no subscription that it lists has a file: is it the right account?`;
      throw new Failure('MisconfiguredAccount', message);
    },
  };
}
