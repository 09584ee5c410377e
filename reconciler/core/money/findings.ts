/**
 * What about money needs a person, as conditions of the fleet: differences between subscriptions and
 * servers, agents that are charged for though nothing is left of them, customers or a fleet that
 * cost more than expected, thin margins, and plans that are shown for another price than they are
 * sold for.
 */
import type { AgentFile } from '../agent/agent.ts';
import type { Catalog } from '../agent/catalog.ts';
import type { Policy } from '../agent/policy.ts';
import type { FleetCondition } from '../fleet/fleet-record.ts';
import { compareText } from '../fleet/world.ts';
import { cents } from '../stack/cost.ts';
import type { CostReport } from '../status/cost-report.ts';
import { counted } from '../text/counted.ts';
import type { BilledDifference } from './billed-servers.ts';
import { type Margin, thinMargins } from './margin.ts';
import type { PriceDifference } from './shown-prices.ts';

/** A customer whose servers cost more than the plans of its agents may. */
type DearCustomer = {
  readonly customer: string;
  readonly monthly: number;
  readonly expected: number;
  /** whose servers they are, sorted */
  readonly agentIds: readonly string[];
};

export function dearCustomers(
  report: CostReport,
  files: readonly AgentFile[],
  catalog: Catalog,
): readonly DearCustomer[] {
  const expected = new Map<string, number>();
  for (const file of files) {
    if (file.kind === 'invalid') continue;
    const { customer, plan } = file.agent.spec;
    const most = catalog.plans[plan]?.monthlyCeiling ?? 0;
    expected.set(customer, (expected.get(customer) ?? 0) + most);
  }
  return report.customers
    .map(({ name, monthly }) => {
      return { customer: name, monthly, expected: cents(expected.get(name) ?? 0) };
    })
    .filter(({ monthly, expected: most }) => monthly > most)
    .map((dear) => {
      const theirs = report.agents.filter(({ customer }) => customer === dear.customer);
      return { ...dear, agentIds: sortedIds(theirs.map(({ agent }) => agent)) };
    })
    .sort((a, b) => compareText(a.customer, b.customer));
}

export type MoneyFindings = {
  readonly report: CostReport;
  readonly differences: readonly BilledDifference[];
  readonly margins: readonly Margin[];
  readonly customers: readonly DearCustomer[];
  readonly prices: readonly PriceDifference[];
};

export type MoneyCondition = {
  readonly type: Exclude<FleetCondition['type'], 'ClocksDisagree'>;
  /** null where all is well */
  readonly message: string | null;
  /** whom it concerns, sorted; of many the first */
  readonly agents: readonly string[];
};

/** What `fleet.yaml` and an alarm name of a finding. */
const agentsKept = 50;

/** One of each type. */
export function moneyConditions(
  { report, differences, margins, customers, prices }: MoneyFindings,
  { limits, margin }: Pick<Policy, 'limits' | 'margin'>,
): readonly MoneyCondition[] {
  const { currency } = report;
  const charged = differences.filter(({ kind }) => kind === 'retiredButCharged');
  const others = differences.filter(({ kind }) => kind !== 'retiredButCharged');
  const lineOf = ({ agent, message }: BilledDifference) => `${agent}: ${message}`;
  const dear = customers.map(
    ({ customer, monthly, expected }) => `${customer} costs ${monthly}, expected ${expected}`,
  );
  const { monthly } = report.total;
  const most = limits.fleetCostMonthlyMax;
  const whole =
    monthly > most ? [`the fleet costs ${monthly}, at most ${most} ${currency} is allowed`] : [];
  const low = thinMargins(margins, margin.percentMin);
  const thin = low.map(({ plan, region, percent }) => `${plan} in ${region} has ${percent} %`);
  const agentsOf = (some: readonly { readonly agentIds: readonly string[] }[]) =>
    some.flatMap(({ agentIds }) => agentIds);
  const namesOf = (some: readonly BilledDifference[]) => some.map(({ agent }) => agent);
  return [
    found('BilledServersDiffer', listed('difference', others.map(lineOf)), namesOf(others)),
    found('RetiredButCharged', listed('agent', charged.map(lineOf)), namesOf(charged)),
    found('CostAnomaly', listed('finding', [...whole, ...dear]), agentsOf(customers)),
    found('MarginLow', listed('margin', thin), agentsOf(low)),
    found(
      'PriceDiffers',
      listed(
        'price',
        prices.map(({ message }) => message),
      ),
      [],
    ),
  ];
}

function found(
  type: MoneyCondition['type'],
  message: string | null,
  agents: readonly string[],
): MoneyCondition {
  return { type, message, agents: sortedIds(agents).slice(0, agentsKept) };
}

function sortedIds(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)].sort(compareText);
}

const shownMax = 8;

function listed(what: string, lines: readonly string[]): string | null {
  if (lines.length === 0) return null;
  const rest = lines.length - shownMax;
  const more = rest > 0 ? ` and ${rest} more` : '';
  return `${counted(lines.length, what)}: ${lines.slice(0, shownMax).join('; ')}${more}`;
}
