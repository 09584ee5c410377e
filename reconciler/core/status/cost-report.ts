/**
 * Reports what the fleet costs: in total, by plan, region and agent, and the share of powered-off
 * servers, which Hetzner bills in full. Net, a month, by the current price list.
 */

import { agentOfServer, type ObservedServer, type Offers, serverIsOn } from '../fleet/observed.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { compareText } from '../fleet/world.ts';
import { cents, monthlyCost } from '../stack/cost.ts';

export type CostLine = {
  readonly name: string;
  readonly servers: number;
  readonly monthly: number;
  readonly offServers: number;
  readonly offMonthly: number;
};
type AgentCost = {
  readonly agent: string;
  readonly server: string;
  readonly plan: string;
  readonly region: string;
  readonly serverType: string;
  readonly location: string;
  readonly power: 'on' | 'off';
  readonly monthly: number;
};
export type CostReport = {
  readonly currency: string;
  readonly total: CostLine;
  readonly plans: readonly CostLine[];
  readonly regions: readonly CostLine[];
  /** the most expensive first */
  readonly agents: readonly AgentCost[];
};

type CostInput = {
  readonly fleet: string;
  readonly servers: readonly ObservedServer[];
  readonly records: readonly AgentRecord[];
  readonly offers: Offers;
};

export function costReport({ fleet, servers, records, offers }: CostInput): CostReport {
  const known = new Map<string, AgentRecord>(records.map((record) => [record.name, record]));
  const agents = servers
    .map((server): AgentCost => {
      const agent = agentOfServer(server, fleet);
      const record = agent === null ? undefined : known.get(agent);
      const chosen = record?.server?.id === server.id ? record.chosen : undefined;
      return {
        agent: agent ?? server.name,
        server: server.id,
        plan: chosen?.plan ?? 'unknown',
        region: chosen?.region ?? 'unknown',
        serverType: server.serverType,
        location: server.location,
        power: serverIsOn(server) ? 'on' : 'off',
        monthly: monthlyCost(offers, {
          serverType: server.serverType,
          location: server.location,
          recorded: record?.server?.id === server.id ? (record.cost ?? null) : null,
        }),
      };
    })
    .sort((a, b) => b.monthly - a.monthly || compareText(a.agent, b.agent));
  return {
    currency: offers.currency,
    total: lineOf('all', agents),
    plans: grouped(agents, ({ plan }) => plan),
    regions: grouped(agents, ({ region }) => region),
    agents,
  };
}

function grouped(
  agents: readonly AgentCost[],
  nameOf: (agent: AgentCost) => string,
): readonly CostLine[] {
  return [...Map.groupBy(agents, nameOf)]
    .map(([name, those]) => lineOf(name, those))
    .sort((a, b) => compareText(a.name, b.name));
}

function lineOf(name: string, agents: readonly AgentCost[]): CostLine {
  const off = agents.filter(({ power }) => power === 'off');
  const sum = (list: readonly AgentCost[]) =>
    cents(list.reduce((so, { monthly }) => so + monthly, 0));
  return {
    name,
    servers: agents.length,
    monthly: sum(agents),
    offServers: off.length,
    offMonthly: sum(off),
  };
}
