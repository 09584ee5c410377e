/** `aura cost`: shows what the fleet costs a month, at Hetzner's current prices. */

import { readableRecords } from '../../../core/fleet/recorded.ts';
import { type CostLine, type CostReport, costReport } from '../../../core/status/cost-report.ts';
import { counted } from '../../../core/text/counted.ts';
import { policyOnMain } from '../../../flows/shared/read-catalog.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import { type Output, plain, table } from '../text/output.ts';

export async function cost(
  { env, out }: VerbContext,
  { max }: { readonly max: number },
): Promise<ExitCode> {
  return withPorts(env, ['state', 'journal', 'cloud'], async (ports) => {
    const { journal, cloud } = ports;
    const { fleet } = await policyOnMain(ports);
    const [read, servers, offers] = await Promise.all([
      journal.read(),
      cloud.servers(fleet),
      cloud.offers(),
    ]);
    const records = readableRecords(read.records);
    const report = costReport({ fleet, servers: servers.items, records, offers });
    const [partial] = servers.partial;
    if (partial !== undefined)
      out.note(out.paint('yellow', `aura: not all servers could be read: ${partial}`));
    out.text(costText(report, max, out));
    out.document({ ok: partial === undefined, ...report, agents: report.agents.slice(0, max) });
    return partial === undefined ? exitCodes.fine : exitCodes.attention;
  });
}

function costText(report: CostReport, max: number, out: Output): string {
  const { total, plans, regions, agents, currency } = report;
  const head = `${counted(total.servers, 'server')}, ${money(total.monthly)} ${currency} a month, net`;
  const off =
    total.offServers === 0
      ? 'None of them is powered off.'
      : `${counted(total.offServers, 'server')} of them powered off, which cost ${money(total.offMonthly)}.`;
  const parts = [
    `${out.paint('bold', head)}\n${off}`,
    groupText('By plan', plans),
    groupText('By region', regions),
  ];
  const shown = agents.slice(0, max);
  const rows = shown.map(({ agent, serverType, location, power, monthly }) => [
    `  ${plain(agent)}`,
    `${serverType} ${location}`,
    power,
    money(monthly),
  ]);
  const more = agents.length - shown.length;
  if (rows.length > 0)
    parts.push(`By agent\n${table(rows)}${more > 0 ? `\n  … and ${more} more` : ''}`);
  return parts.filter((part) => part !== '').join('\n\n');
}

function groupText(title: string, lines: readonly CostLine[]): string {
  if (lines.length === 0) return '';
  const rows = lines.map(({ name, servers, monthly, offServers, offMonthly }) => [
    `  ${plain(name)}`,
    counted(servers, 'server'),
    money(monthly),
    offServers === 0 ? '' : `${offServers} off: ${money(offMonthly)}`,
  ]);
  return `${title}\n${table(rows)}`;
}

function money(amount: number): string {
  return amount.toFixed(2);
}
