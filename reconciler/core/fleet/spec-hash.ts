/** The hash that every server carries of what it was made of, in its label `aura.dev/spec`. */
import { digest } from '../agent/digest.ts';
import type { Policy } from '../agent/policy.ts';
import { customerLabel } from './customer-label.ts';
import type { AgentRecord } from './recorded.ts';

type HashedSpec = {
  readonly policy: Pick<Policy, 'fleet'>;
  readonly agent: string;
  readonly subscription: string;
  readonly customer: string;
  readonly choice: NonNullable<AgentRecord['chosen']>;
  readonly nonce: string;
};

/** 32 hex over what an agent's stack depends on: not formatting, nor this program's version. */
export function specHash(spec: HashedSpec): string {
  const { agent, subscription, choice, nonce, policy } = spec;
  // As the label says it: the hash can be made again from a server's labels alone.
  const customer = customerLabel(spec.customer);
  return digest({ fleet: policy.fleet, agent, subscription, customer, choice, nonce }, 32);
}
