/** A subscription of Stripe, and the file of its agent before and after it was written. */
import assert from 'node:assert/strict';
import { type Agent, agentPath } from '../../reconciler/core/agent/agent.ts';
import { parseAgentFile, renderAgent } from '../../reconciler/core/agent/agent-file.ts';
import type { BilledSubscription } from '../../reconciler/core/billing/billing.ts';
import { type DesireInput, desire } from '../../reconciler/core/billing/desire.ts';
import { subscription } from '../fakes/billing.ts';
import { agentNo, at, catalogOf, idNo, nowMs, policyOf, subscriptionNo } from './world.ts';

export const path = agentPath(idNo(1));
export const seconds = (minutes: number) => Date.parse(at(minutes)) / 1000;
export const starter = {
  priceId: 'price_1',
  productId: 'prod_Starter',
  lookupKey: null,
  quantity: 1,
  monthly: { amount: 1900, currency: 'eur' },
};
export const pro = { ...starter, productId: 'prod_Pro' };
export const other = { ...starter, productId: 'prod_Other' };
export const days = 24 * 60;
export const began = '2025-11-13T02:13:20Z';

function billed(part: Partial<BilledSubscription> = {}): BilledSubscription {
  return subscription(subscriptionNo(1), 'cus_Test1', { items: [starter], ...part });
}

export function inputOf(
  part: Partial<BilledSubscription>,
  file: string | null = null,
  rest: Partial<DesireInput> = {},
): DesireInput {
  return {
    file: file === null ? null : { path, oid: 'a'.repeat(40), text: file },
    subscription: billed(part),
    catalog: catalogOf(),
    policy: policyOf(),
    nowMs,
    removal: null,
    ...rest,
  };
}

export function fileText(spec: Partial<Agent['spec']> = {}): string {
  return renderAgent(agentNo(1, spec));
}

/** The file after the subscription was written to it. */
export function follow(
  part: Partial<BilledSubscription>,
  file: string | null = fileText(),
  rest: Partial<DesireInput> = {},
) {
  const desired = desire(inputOf(part, file, rest));
  const text = desired.kind === 'write' ? desired.text : (file ?? '');
  const parsed = parseAgentFile({ path, oid: '', text });
  assert.ok(parsed.kind === 'valid', desired.kind);
  return { desired, text, spec: parsed.agent.spec, createdAt: parsed.agent.metadata.createdAt };
}

export const ended = {
  status: 'canceled',
  canceledAt: seconds(-90),
  endedAt: seconds(-60),
} as const;
export const since = at(-600);
