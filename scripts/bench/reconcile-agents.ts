/** One agent of the benchmark's fleet, the same in every process. */
import { createHash } from 'node:crypto';
import { type Agent, type AgentId, agentIdOf } from '../../reconciler/core/agent/agent.ts';
import { renderAgent } from '../../reconciler/core/agent/agent-file.ts';
import type { Policy } from '../../reconciler/core/agent/policy.ts';
import type { Choice } from '../../reconciler/core/stack/choice.ts';
import {
  type AgentStackSpec,
  agentStackSpec,
  userDataOf,
} from '../../reconciler/core/stack/stack-spec.ts';

export type FleetAgent = {
  readonly id: AgentId;
  readonly subscription: string;
  readonly customer: string;
  readonly nonce: string;
  readonly hostKey: string;
};

/** When all agents were created. */
export const createdAt = '2026-01-01T00:00:00Z';

export const choice: Choice = {
  revision: 1,
  plan: 'starter',
  region: 'eu-central',
  location: 'fsn1',
  serverType: 'cpx12',
  image: 'debian-12',
};

export function agentNumber(n: number): FleetAgent {
  const number = String(n).padStart(8, '0');
  return agentOfSubscription(`sub_1Bench${number}`, `cus_Bench${number}`);
}

export function agentOfSubscription(subscription: string, customer: string): FleetAgent {
  const hash = createHash('sha256').update(subscription).digest('hex');
  return {
    id: agentIdOf(subscription),
    subscription,
    customer,
    nonce: `n${hash.slice(0, 15)}`,
    hostKey: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${hash.slice(0, 43)}`,
  };
}

function agentOf({ id, subscription, customer }: FleetAgent): Agent {
  return {
    apiVersion: 'aura.dev/v1',
    kind: 'Agent',
    metadata: { name: id, createdAt },
    spec: {
      subscription,
      customer,
      plan: choice.plan,
      access: { state: 'granted', since: createdAt },
      region: choice.region,
      power: 'running',
      revision: choice.revision,
    },
  };
}

/** Rendering YAML costs a hundred times as much as writing other ids into one that was rendered. */
export function createFileText(): (agent: FleetAgent) => string {
  const model = agentNumber(0);
  const text = renderAgent(agentOf(model));
  return (agent) => named(text, model, agent);
}

function named(text: string, from: FleetAgent, to: FleetAgent): string {
  return text
    .replaceAll(from.id, to.id)
    .replaceAll(from.subscription, to.subscription)
    .replaceAll(from.customer, to.customer)
    .replaceAll(from.nonce, to.nonce)
    .replaceAll(from.hostKey, to.hostKey);
}

export function stackOf(policy: Policy, agent: FleetAgent): AgentStackSpec {
  return agentStackSpec({
    policy: { ...policy, apply: { ...policy.apply, pollIntervalMs: 500 } },
    agent: agent.id,
    subscription: agent.subscription,
    customer: agent.customer,
    choice,
    nonce: agent.nonce,
    created: Date.parse(createdAt) / 1000,
    userData: userDataOf({
      agent: agent.id,
      caPublicKeys: [agent.hostKey],
      hostPrivateKey: 'none',
      hostPublicKey: agent.hostKey,
    }),
    sshKeys: [],
    firewalls: [],
    bootstrap: false,
  });
}
