/**
 * `aura cost`: shows what the fleet costs a month, at Hetzner's current prices; with `--check` also
 * what it earns, and whether servers and subscriptions agree.
 */

import type { Margin } from '../../../core/money/margin.ts';
import type { CostLine, CostReport, RestLine } from '../../../core/status/cost-report.ts';
import { counted, firstOf } from '../../../core/text/counted.ts';
import { checkMoney, readCost } from '../../../flows/money/check-money.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import type { Printed } from '../text/documents.ts';
import { type Column, fittingTable } from '../text/fitting-table.ts';
import { columnsUsual, type Output, plain, table } from '../text/output.ts';

type Group = 'agent' | 'customer' | 'plan' | 'region';
type CostOptions = { readonly max: number; readonly by?: Group; readonly check?: true };

const portNames = ['state', 'journal', 'cloud'] as const;

export function cost(context: VerbContext, options: CostOptions): Promise<ExitCode> {
  return options.check === true ? checked(context, options) : priced(context, options);
}

async function priced({ env, out }: VerbContext, options: CostOptions): Promise<ExitCode> {
  const { report, partial } = await withPorts(env, portNames, readCost);
  notePartial(partial, out);
  out.text(costText(report, options, out));
  const printed: Printed<'cost'> = { ok: partial.length === 0, ...shown(report, options) };
  out.document(printed);
  return partial.length === 0 ? exitCodes.fine : exitCodes.attention;
}

async function checked({ env, out }: VerbContext, options: CostOptions): Promise<ExitCode> {
  const names = [...portNames, 'files', 'billing', 'clock'] as const;
  const { report, partial, ...found } = await withPorts(env, names, checkMoney);
  const findings = found.conditions.filter(({ message }) => message !== null);
  notePartial(partial, out);
  const lines = findings.map(({ type, message, agents }) => {
    const line = `${out.paint('yellow', type)}  ${plain(message ?? '')}`;
    return agents.length === 0 ? line : `${line}\n  ${plain(firstOf(agents, agentsShown))}`;
  });
  const agrees =
    'Servers and subscriptions agree, no margin is too thin, and prices are shown as they are.';
  out.text(
    [
      costText(report, options, out),
      marginText(found.margins, report.currency),
      lines.length === 0 ? out.paint('green', agrees) : lines.join('\n'),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  );
  const ok = partial.length === 0 && findings.length === 0;
  const { differences, prices } = found;
  const margins = found.margins.map((one) => withFirst(one, options));
  const dearCustomers = found.customers.map((one) => withFirst(one, options));
  const checks = { findings, margins, differences, dearCustomers, prices };
  const printed: Printed<'cost'> = { ok, ...shown(report, options), ...checks };
  out.document(printed);
  return ok ? exitCodes.fine : exitCodes.attention;
}

function notePartial([first]: readonly string[], out: Output): void {
  if (first !== undefined)
    out.note(out.paint('yellow', `aura: not everything could be read: ${first}`));
}

/** Lists of agents and customers may be long. */
function shown(report: CostReport, { max }: CostOptions): CostReport {
  const { agents, customers } = report;
  return { ...report, agents: agents.slice(0, max), customers: customers.slice(0, max) };
}

function withFirst<One extends { readonly agentIds: readonly string[] }>(
  one: One,
  { max }: CostOptions,
): One {
  return { ...one, agentIds: one.agentIds.slice(0, max) };
}

const agentsShown = 10;

function costText(report: CostReport, { max, by }: CostOptions, out: Output): string {
  const { total, plans, regions, customers, agents } = report;
  const width = out.size()?.columns ?? columnsUsual;
  const head = `${counted(total.servers, 'server')}, ${money(total.monthly)} ${report.currency} a month, net`;
  const off =
    total.offServers === 0
      ? 'None of them is powered off.'
      : `${counted(total.offServers, 'server')} of them powered off, which cost ${money(total.offMonthly)}.`;
  const groups: Readonly<Record<Group, () => string>> = {
    plan: () => groupText('plan', plans, { max: plans.length, width }),
    region: () => groupText('region', regions, { max: regions.length, width }),
    customer: () => groupText('customer', customers, { max, width }),
    agent: () => agentsText(agents, { max, width }),
  };
  const wanted = by === undefined ? (['plan', 'region', 'agent'] as const) : [by];
  const parts = [`${out.paint('bold', head)}\n${off}`, restText(report)];
  return [...parts, ...wanted.map((group) => groups[group]())]
    .filter((part) => part !== '')
    .join('\n\n');
}

const nouns: Readonly<Record<RestLine['what'], readonly [string, string]>> = {
  server: ['server', 'servers'],
  readyServer: ['ready server', 'ready servers'],
  snapshot: ['snapshot', 'snapshots'],
  address: ['address without a server', 'addresses without a server'],
  volume: ['volume', 'volumes'],
  floatingIp: ['floating IP', 'floating IPs'],
  loadBalancer: ['load balancer', 'load balancers'],
};

/** What is billed besides the servers of the fleet; empty where there is nothing. */
function restText({ rest, projectMonthly, currency }: CostReport): string {
  const rows = rest.map(({ what, isOurs, count, monthly }) => {
    const whose = isOurs ? '' : ', without the label of the fleet';
    return [`  ${count} ${nouns[what][count === 1 ? 0 : 1]}${whose}`, money(monthly)];
  });
  if (rows.length === 0) return '';
  return `Besides\n${table(rows)}\n  ${money(projectMonthly)} ${currency} a month together`;
}

type Shown = { readonly max: number; readonly width: number };

function agentsText(agents: CostReport['agents'], { max, width }: Shown): string {
  const columns: readonly Column[] = [
    { name: 'agent', rank: 0 },
    { name: 'a month', rank: 0 },
    { name: 'type', rank: 1 },
    { name: 'power', rank: 2 },
    { name: 'plan', rank: 3 },
    { name: 'customer', rank: 4 },
  ];
  const rows = agents
    .slice(0, max)
    .map(({ agent, monthly, serverType, location, backups, power, plan, customer }) => [
      plain(agent),
      money(monthly),
      `${serverType} ${location}${backups ? ', backups' : ''}`,
      power,
      ...[plain(plan), plain(customer)],
    ]);
  return titled('agent', columns, rows, { width, more: agents.length - rows.length });
}

function groupText(title: Group, lines: readonly CostLine[], { max, width }: Shown): string {
  const columns: readonly Column[] = [
    { name: title, rank: 0 },
    { name: 'servers', rank: 1 },
    { name: 'a month', rank: 0 },
    { name: 'powered off', rank: 2 },
  ];
  const rows = lines
    .slice(0, max)
    .map(({ name, servers, monthly, offServers, offMonthly }) => [
      ...[plain(name), String(servers), money(monthly)],
      offServers === 0 ? '' : `${offServers}: ${money(offMonthly)}`,
    ]);
  return titled(title, columns, rows, { width, more: lines.length - rows.length });
}

function marginText(margins: readonly Margin[], currency: string): string {
  const rows = margins.map(({ plan, region, agents, charged, cost, percent }) => [
    `  ${plain(plan)} in ${plain(region)}`,
    counted(agents, 'agent'),
    charged === null ? 'charge not known' : `${money(charged.monthly)} ${charged.currency} charged`,
    `${money(cost)} ${currency} cost`,
    percent === null ? 'not comparable' : `${percent} %`,
  ]);
  return rows.length === 0 ? '' : `Margin\n${table(rows)}`;
}

function titled(
  title: Group,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { width, more }: { readonly width: number; readonly more: number },
): string {
  if (rows.length === 0) return '';
  const lines = fittingTable(columns, rows, width - 2).map((line) => `  ${line}`);
  const rest = more > 0 ? [`  … and ${more} more`] : [];
  return [`By ${title}`, ...lines, ...rest].join('\n');
}

function money(amount: number): string {
  return amount.toFixed(2);
}
