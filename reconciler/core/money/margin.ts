/**
 * Compares what Stripe charges for agents with what their servers cost, a month, by plan and region:
 * without taxes, against net prices. Currencies are not converted.
 */
import type { Catalog } from '../agent/catalog.ts';
import type { BilledItem, BilledSubscription } from '../billing/billing.ts';
import { planOf, plansOfItem } from '../billing/purchase.ts';
import { compareText } from '../fleet/world.ts';
import { cents } from '../stack/cost.ts';
import type { AgentCost, CostReport } from '../status/cost-report.ts';
import { majorUnits } from '../text/money.ts';
import { chargedMonthly } from './charge.ts';

export type Margin = {
  readonly plan: string;
  readonly region: string;
  readonly agents: number;
  /** theirs, sorted */
  readonly agentIds: readonly string[];
  /** null where a charge is not known, or they have several currencies */
  readonly charged: { readonly monthly: number; readonly currency: string } | null;
  readonly cost: number;
  /** null where the currencies differ: the two cannot be compared */
  readonly percent: number | null;
};

/** Sorted by plan and region. Agents without a readable price are left out. */
export function marginsOf(
  report: CostReport,
  bought: ReadonlyMap<string, BilledSubscription>,
  catalog: Catalog,
): readonly Margin[] {
  const priced = report.agents.flatMap((agent) => {
    const subscription = bought.get(agent.agent);
    if (subscription === undefined) return [];
    const item = itemOf(catalog, subscription);
    return item === null ? [] : [{ agent, monthly: chargedMonthly(subscription, item) }];
  });
  return [...Map.groupBy(priced, ({ agent }) => `${agent.plan}\n${agent.region}`).values()]
    .map((those) => marginOf(those, report.currency))
    .sort((a, b) => compareText(a.plan, b.plan) || compareText(a.region, b.region));
}

type Priced = { readonly agent: AgentCost; readonly monthly: BilledItem['monthly'] };

function marginOf(those: readonly Priced[], currency: string): Margin {
  const { plan = '', region = '' } = those[0]?.agent ?? {};
  const cost = cents(those.reduce((sum, { agent }) => sum + agent.monthly, 0));
  const charged = chargedOf(those.map(({ monthly }) => monthly));
  const isComparable = charged?.currency === currency && charged.monthly > 0;
  const percent = isComparable
    ? Math.round(((charged.monthly - cost) / charged.monthly) * 1000) / 10
    : null;
  const agentIds = those.map(({ agent }) => agent.agent).sort(compareText);
  return { plan, region, agents: those.length, agentIds, charged, cost, percent };
}

function chargedOf(prices: readonly BilledItem['monthly'][]): Margin['charged'] {
  const known = prices.filter((price) => price !== null);
  const [first] = known;
  if (first === undefined || known.length < prices.length) return null;
  if (known.some(({ currency }) => currency !== first.currency)) return null;
  const sum = known.reduce((all, { amount }) => all + amount, 0);
  return {
    monthly: cents(majorUnits(sum, first.currency)),
    currency: first.currency.toUpperCase(),
  };
}

/** The item that makes the plan; null where none does, or the choice is ambiguous. */
function itemOf(catalog: Catalog, subscription: BilledSubscription): BilledItem | null {
  if (!planOf(catalog, subscription).ok) return null;
  return subscription.items.find((item) => plansOfItem(catalog, item).length > 0) ?? null;
}

/** Those below the bound, for an alarm; one that cannot be compared is none. */
export function thinMargins(
  margins: readonly Margin[],
  percentMin: number,
): readonly (Margin & { readonly percent: number })[] {
  return margins.flatMap((one) =>
    one.percent !== null && one.percent < percentMin ? [{ ...one, percent: one.percent }] : [],
  );
}
