/** Formats the status of all agents, or of one, for an operator's terminal. */

import { durationText } from '../../../core/alarms/alarm.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import { isolationText } from '../../../core/fleet/recorded-isolation.ts';
import { runOf, runText } from '../../../core/fleet/run.ts';
import type { AgentStatusView } from '../../../core/status/agent-status.ts';
import { counted } from '../../../core/text/counted.ts';
import { timeMs } from '../../../core/text/time.ts';
import { type Column, fittingTable } from './fitting-table.ts';
import { columnsUsual, type Output, oneLine, plain, type Style, table } from './output.ts';

export type AgentReport = Omit<AgentStatusView, 'phase'> &
  Pick<AgentRecord, 'conditions'> & {
    /** `unknown` if branch status is missing: nothing is recorded then */
    readonly phase: AgentStatusView['phase'] | 'unknown';
    /** shown before any condition */
    readonly note?: string;
  };
export type FleetReport = {
  /** tips of the branches that were read */
  readonly main: string;
  readonly status: string | null;
  /** why effects are stopped; null if they are not */
  readonly stop: string | null;
  readonly agents: readonly AgentReport[];
  /** records that cannot be read */
  readonly unreadable: readonly { readonly path: string; readonly why: string }[];
};

/** @param show `total` is the number of agents before they were filtered */
export function fleetText(
  fleet: FleetReport,
  out: Output,
  { nowMs, total }: { readonly nowMs: number; readonly total: number },
): string {
  const parts: string[] = [];
  if (fleet.stop !== null) parts.push(out.paint('red', `STOPPED: ${plain(fleet.stop)}`));
  if (phasesUnknown(fleet)) parts.push(out.paint('red', withoutRecords));
  parts.push(summary(fleet, total));
  if (fleet.agents.length > 0) {
    const columns = out.size()?.columns ?? columnsUsual;
    const [first = '', ...rest] = fittingTable(
      fleetColumns,
      fleet.agents.map((agent) => row(agent, nowMs)),
      columns,
    );
    const lines = rest.map((line, place) => paintedPhase(line, fleet.agents[place], out));
    parts.push([out.paint('bold', first), ...lines].join('\n'));
  }
  if (fleet.unreadable.length > 0) {
    const lines = fleet.unreadable.map(({ path, why }) => `  ${plain(path)}: ${plain(why)}`);
    parts.push([out.paint('red', 'Records that cannot be read:'), ...lines].join('\n'));
  }
  return parts.join('\n\n');
}

const fleetColumns: readonly Column[] = [
  { name: 'agent', rank: 0 },
  { name: 'phase', rank: 0 },
  { name: 'age', rank: 1 },
  { name: 'plan', rank: 2 },
  { name: 'region', rank: 3 },
  { name: 'server', rank: 4 },
  { name: 'note', rank: 0 },
];

const withoutRecords =
  'Branch status is missing: the status of all agents is unknown. Run `aura doctor`.';

/** An installation without agents needs no branch yet. */
export function phasesUnknown({ status, agents }: FleetReport): boolean {
  return status === null && agents.length > 0;
}

function summary(fleet: FleetReport, total: number): string {
  const { agents } = fleet;
  if (total === 0) return 'There are no agents.';
  const count =
    agents.length === total
      ? counted(total, 'agent')
      : `${agents.length} of ${counted(total, 'agent')}`;
  if (agents.length === 0) return count;
  if (phasesUnknown(fleet)) return `${count}, phases unknown`;
  const counts = new Map<string, number>();
  for (const { phase } of agents) counts.set(phase, (counts.get(phase) ?? 0) + 1);
  const phases = [...counts].sort().map(([phase, count]) => `${count} ${phase}`);
  return `${count}: ${phases.join(', ')}`;
}

function row(agent: AgentReport, nowMs: number): readonly string[] {
  const { id, phase, since, plan, region, server, conditions } = agent;
  const place = [server?.type, server?.location, server?.ipv4].filter((part) => part != null);
  const condition = conditions[0];
  return [
    id,
    phase,
    since === null ? '-' : ageText(nowMs - timeMs(since)),
    oneLine(plan ?? '-'),
    oneLine(region ?? '-'),
    oneLine(place.join(' ')) || '-',
    oneLine(agent.note ?? (condition === undefined ? '' : conditionText(condition))),
  ];
}

/** In its two largest units: `3d4h`. */
function ageText(ms: number): string {
  return durationText(Math.max(0, ms)).replace(' min', 'm').replaceAll(' ', '');
}

function conditionText({ type, reason, message }: AgentReport['conditions'][number]): string {
  return `${type}: ${reason}, ${message}`;
}

export function agentText(agent: AgentReport, record: AgentRecord | null, out: Output): string {
  const { server, tailnet, cost } = agent;
  const note: [string, string][] = agent.note === undefined ? [] : [['note', agent.note]];
  const isolation = isolationText(record?.server);
  const isolated: [string, string][] = isolation === undefined ? [] : [['isolated', isolation]];
  const facts: [string, string][] = [
    ['phase', `${agent.phase}${agent.since === null ? '' : `, since ${agent.since}`}`],
    ['plan', agent.plan ?? '-'],
    ['region', agent.region ?? '-'],
    ['server', serverText(agent, record)],
    ['address', server?.ipv4 ?? '-'],
    ...isolated,
    ['tailnet', tailnet === null ? '-' : `${tailnet.address} ${tailnet.name ?? ''}`],
    ['cost', cost === null ? '-' : `${cost.monthly.toFixed(2)} ${cost.currency} a month`],
    ['subscription', record?.subscription ?? '-'],
    ['customer', record?.customer ?? '-'],
    ['lease', leaseText(record)],
    ...note,
    ['next', agent.next],
  ];
  const parts = [
    paintedPhase(out.paint('bold', agent.id), agent, out),
    table(facts.map(([name, value]) => [`  ${name}`, oneLine(value)])),
    section(
      'Steps',
      agent.steps.map(({ name, state, at }) => [name, state, at ?? '']),
    ),
    section(
      'Conditions',
      agent.conditions.map(({ type, since, reason, message }) => [
        type,
        since,
        `${reason}, ${message}`,
      ]),
    ),
    section(
      'Last attempts',
      (record?.attempts ?? [])
        .slice(-attemptsShown)
        .map(({ ended, change, outcome, step, reason, message }) => [
          ended,
          change,
          outcome === 'succeeded' ? outcome : `${outcome} at ${step}`,
          [reason, message].filter((part) => part !== undefined).join(', '),
        ]),
    ),
    section(
      'Destroyed',
      (record?.destroyed ?? []).map(({ at, kind, server: id }) => [at, kind, `server ${id}`]),
    ),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

const attemptsShown = 5;

function serverText({ server }: AgentReport, record: AgentRecord | null): string {
  if (server === null) return '-';
  const id = record?.server?.id;
  return [id, server.type, server.location].filter((part) => part != null).join(' ');
}

function leaseText(record: AgentRecord | null): string {
  const lease = record?.lease;
  if (lease === undefined) return '-';
  return `${lease.change} at ${lease.step} by run ${runText(runOf(lease))}, until ${lease.until}`;
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const cells = rows.map(([first = '', ...rest]) => [`  ${first}`, ...rest.map(oneLine)]);
  return `${title}\n${table(cells)}`;
}

const phaseStyles: Readonly<Partial<Record<AgentReport['phase'], Style>>> = {
  running: 'green',
  frozen: 'red',
  failed: 'red',
};

function paintedPhase(line: string, agent: AgentReport | undefined, out: Output): string {
  const style = agent === undefined ? undefined : phaseStyles[agent.phase];
  if (agent === undefined || style === undefined) return line;
  return line.replace(` ${agent.phase}`, ` ${out.paint(style, agent.phase)}`);
}
