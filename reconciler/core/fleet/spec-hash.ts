/** The hash in a server's label `aura.dev/spec`, over what the server was created from. */
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

/** 32 hex over what an agent's stack depends on, without formatting and the version of Aura. */
export function specHash(spec: HashedSpec): string {
  const { agent, subscription, choice, nonce, policy } = spec;
  // The label's form, so that the hash can be computed from a server's labels alone.
  const customer = customerLabel(spec.customer);
  return digest({ fleet: policy.fleet, agent, subscription, customer, choice, nonce }, 32);
}
