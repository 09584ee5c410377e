/** Intake on the world in memory, for tests that name subscriptions and events by number. */
import assert from 'node:assert/strict';
import { type AgentId, agentPath } from '../../../reconciler/core/agent/agent.ts';
import { parseAgentFile } from '../../../reconciler/core/agent/agent-file.ts';
import type {
  BilledSubscription,
  VerifiedEvent,
} from '../../../reconciler/core/billing/billing.ts';
import { createIntake, type Intake } from '../../../reconciler/flows/intake/intake.ts';
import { idNo, subscriptionNo } from '../../builders/world.ts';
import { subscription } from '../../fakes/billing.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

export const canceled = { status: 'canceled', endedAt: 1_763_800_000 } as const;

export type IntakeStage = ReturnType<typeof createIntakeStage>;

/** @param policy lines of policy.yaml */
export function createIntakeStage(policy = '') {
  const world: FakeWorld = createFakeWorld({ policy });
  const intake: Intake = createIntake(world.ports);
  let events = 0;
  const textOf = (id: AgentId) => world.git.text(agentPath(id));
  /** Commits after the installation's first. */
  const commits = () => world.git.history('main').slice(1);
  return {
    world,
    intake,
    textOf,
    commits,
    subjects: () => commits().map((commit) => commit.subject),
    eventFor(n: number, part: Partial<VerifiedEvent> = {}): VerifiedEvent {
      events += 1;
      return {
        id: `evt_${events}`,
        type: 'customer.subscription.updated',
        account: null,
        livemode: false,
        created: 1_763_000_000,
        subscriptionIds: [subscriptionNo(n)],
        customer: `cus_Test${n}`,
        charge: null,
        ...part,
      };
    },
    stripeHas(n: number, part: Partial<BilledSubscription> = {}): void {
      const id = subscriptionNo(n);
      world.stripe.subscriptions.set(id, subscription(id, `cus_Test${n}`, part));
    },
    specOf(n: number) {
      const path = agentPath(idNo(n));
      const parsed = parseAgentFile({ path, oid: '', text: textOf(idNo(n)) ?? '' });
      assert.ok(parsed.kind === 'valid');
      return parsed.agent.spec;
    },
  };
}
