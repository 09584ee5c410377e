/**
 * Reads what is bought at Stripe and what is billed at Hetzner, and compares the two. The findings
 * are conditions of the fleet in `fleet.yaml`, which alarms read; without a change nothing is
 * written. A partial reading changes no condition.
 */
import { agentIdOf } from '../../core/agent/agent.ts';
import type { BilledSubscription } from '../../core/billing/billing.ts';
import { fleetPath, renderFleetRecord, withFleetCondition } from '../../core/fleet/fleet-record.ts';
import { readableRecords } from '../../core/fleet/recorded.ts';
import { billedDifferences } from '../../core/money/billed-servers.ts';
import {
  dearCustomers,
  type MoneyCondition,
  type MoneyFindings,
  moneyConditions,
} from '../../core/money/findings.ts';
import { marginsOf } from '../../core/money/margin.ts';
import { type CostReport, costReport } from '../../core/status/cost-report.ts';
import { fleetFileAt } from '../../ports/at-snapshot.ts';
import type { Ports } from '../../ports/ports.ts';
import { pushOnStatus, tipOf } from '../../ports/tip.ts';
import { policyOnMain, readCatalogAndPolicy } from '../shared/read-catalog.ts';
import { createAccountCheck } from '../shared/stripe-account.ts';
import { readPriceDifferences } from './read-prices.ts';

type CostPorts = Pick<Ports, 'state' | 'journal' | 'cloud'>;
type MoneyPorts = CostPorts & Pick<Ports, 'files' | 'billing' | 'clock'>;

type Priced = {
  readonly report: CostReport;
  readonly servers: Awaited<ReturnType<Ports['cloud']['servers']>>['items'];
  readonly records: Awaited<ReturnType<Ports['journal']['read']>>['records'];
  /** what could not be read */
  readonly partial: readonly string[];
};

/** What the project costs now. */
export async function readCost(ports: CostPorts): Promise<Priced> {
  const { journal, cloud } = ports;
  const { fleet } = await policyOnMain(ports);
  const [read, servers, offers, charges, unmarked] = await Promise.all([
    journal.read(),
    cloud.servers(fleet),
    cloud.offers(),
    cloud.charges(fleet),
    cloud.foreignServers(fleet),
  ]);
  const records = readableRecords(read.records);
  const recorded = new Set(records.map(({ server }) => server?.id));
  const report = costReport({
    fleet,
    servers: servers.items,
    records,
    offers,
    charges: charges.items,
    // A recorded server that lost its label is the fleet's.
    unmarked: unmarked.filter(({ id }) => !recorded.has(id)),
  });
  const partial = [...servers.partial, ...charges.partial];
  return { report, servers: servers.items, records: read.records, partial };
}

type Checked = MoneyFindings & {
  readonly conditions: readonly MoneyCondition[];
  readonly partial: readonly string[];
};

export async function checkMoney(ports: MoneyPorts): Promise<Checked> {
  const { billing, cloud, files: agentFiles } = ports;
  const main = await tipOf(ports, 'main');
  const { catalog, policy } = await readCatalogAndPolicy(main);
  await createAccountCheck(billing)(policy.stripe);
  const priced = await readCost(ports);
  const files = await agentFiles.at(main);
  const bought = new Map<string, BilledSubscription>();
  const unread = new Set<string>();
  for await (const one of billing.allSubscriptions(undefined, 'discounts')) {
    const agent = agentIdOf(one.id);
    if ('unread' in one) unread.add(agent);
    else bought.set(agent, one);
  }
  const { report, servers, partial } = priced;
  const findings = {
    report,
    margins: marginsOf(report, bought, catalog),
    customers: dearCustomers(report, files, catalog),
    prices: await readPriceDifferences(billing, catalog),
    differences: billedDifferences({
      fleet: policy.fleet,
      files,
      records: readableRecords(priced.records),
      servers,
      bought,
      catalog,
      nowMs: await cloud.now(),
    }).filter(({ agent }) => !unread.has(agent)),
  };
  const conditions = moneyConditions(findings, policy);
  if (partial.length === 0) await writeConditions(ports, conditions);
  return { ...findings, conditions, partial };
}

/** Only on an existing branch with a readable record. */
async function writeConditions(
  ports: Pick<MoneyPorts, 'state' | 'clock' | 'cloud'>,
  conditions: readonly MoneyCondition[],
): Promise<void> {
  const at = new Date(await ports.cloud.now()).toISOString();
  await pushOnStatus(ports, async (status) => {
    const file = status === null ? null : await fleetFileAt(status);
    if (file?.kind !== 'valid') return { drafts: [] };
    const next = conditions.reduce(
      (record, { type, message, agents }) =>
        withFleetCondition(record, type, { message, agents, at, renews: true }),
      file.record,
    );
    const text = renderFleetRecord(next);
    if (text === renderFleetRecord(file.record)) return { drafts: [] };
    const edits = [{ path: fleetPath, text }];
    const trailers = [['Aura-Cause', 'status']] as const;
    return { drafts: [{ subject: 'Findings about money', body: '', trailers, edits }] };
  });
}
