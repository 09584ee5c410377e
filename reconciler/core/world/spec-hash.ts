/** The hash that every server carries of what it was made of, in its label `aura.dev/spec`. */
import { digest } from '../desired/digest.ts';
import type { Policy } from '../desired/policy.ts';
import type { AgentRecord } from './recorded.ts';

export type HashedSpec = {
  readonly policy: Pick<Policy, 'fleet'>;
  readonly agent: string;
  readonly subscription: string;
  readonly customer: string;
  readonly choice: NonNullable<AgentRecord['chosen']>;
  readonly nonce: string;
};

/** 32 hex over what an agent's stack depends on: not formatting, nor this program's version. */
export function specHash(spec: HashedSpec): string {
  const { agent, subscription, customer, choice, nonce, policy } = spec;
  return digest({ fleet: policy.fleet, agent, subscription, customer, choice, nonce }, 32);
}
