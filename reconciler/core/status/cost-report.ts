/**
 * Reports what the fleet costs: in total, by plan, region, customer and agent, and the share of
 * powered-off servers, which Hetzner bills in full; and what else of the project is billed. Net, a
 * month, by the current price list. The cost of a server includes its IPv4 address and backups.
 */

import type { Charge } from '../fleet/fleet-resources.ts';
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
export type AgentCost = {
  readonly agent: string;
  readonly server: string;
  readonly customer: string;
  readonly plan: string;
  readonly region: string;
  readonly serverType: string;
  readonly location: string;
  readonly power: 'on' | 'off';
  readonly backups: boolean;
  readonly monthly: number;
};
/** What is billed besides the servers of the fleet. */
export type RestLine = {
  /** `readyServer`: made in advance, for no agent yet; there are none so far */
  readonly what: Charge['kind'] | 'server' | 'readyServer';
  /** it carries the fleet's label */
  readonly isOurs: boolean;
  readonly count: number;
  /** of those whose price is known */
  readonly monthly: number;
};

export type CostReport = {
  readonly currency: string;
  readonly total: CostLine;
  readonly plans: readonly CostLine[];
  readonly regions: readonly CostLine[];
  readonly customers: readonly CostLine[];
  /** sorted; a kind that there is none of is left out */
  readonly rest: readonly RestLine[];
  /** of everything, what others use of the project included */
  readonly projectMonthly: number;
  /** the most expensive first */
  readonly agents: readonly AgentCost[];
};

type CostInput = {
  readonly fleet: string;
  readonly servers: readonly ObservedServer[];
  readonly records: readonly AgentRecord[];
  readonly offers: Offers;
  readonly charges: readonly Pick<Charge, 'kind' | 'isOurs' | 'monthly'>[];
  readonly unmarked: readonly Pick<ObservedServer, 'serverType' | 'location' | 'backups'>[];
};

export function costReport(input: CostInput): CostReport {
  const { fleet, servers, records, offers } = input;
  const known = new Map<string, AgentRecord>(records.map((record) => [record.name, record]));
  const agents = servers
    .map((server): AgentCost => {
      const agent = agentOfServer(server, fleet);
      const record = agent === null ? undefined : known.get(agent);
      const chosen = record?.server?.id === server.id ? record.chosen : undefined;
      return {
        agent: agent ?? server.name,
        server: server.id,
        customer: record?.customer ?? 'unknown',
        plan: chosen?.plan ?? 'unknown',
        region: chosen?.region ?? 'unknown',
        serverType: server.serverType,
        location: server.location,
        power: serverIsOn(server) ? 'on' : 'off',
        backups: server.backups,
        monthly: monthlyCost(offers, {
          serverType: server.serverType,
          location: server.location,
          backups: server.backups,
          recorded: record?.server?.id === server.id ? (record.cost ?? null) : null,
        }),
      };
    })
    .sort((a, b) => b.monthly - a.monthly || compareText(a.agent, b.agent));
  const total = lineOf('all', agents);
  const rest = restOf(input);
  return {
    currency: offers.currency,
    total,
    rest,
    projectMonthly: cents([total, ...rest].reduce((sum, { monthly }) => sum + monthly, 0)),
    customers: grouped(agents, ({ customer }) => customer).toSorted(
      (a, b) => b.monthly - a.monthly || compareText(a.name, b.name),
    ),
    plans: grouped(agents, ({ plan }) => plan),
    regions: grouped(agents, ({ region }) => region),
    agents,
  };
}

function restOf({ offers, charges, unmarked }: CostInput): readonly RestLine[] {
  const servers = unmarked.map((server) => {
    return { what: 'server' as const, isOurs: false, monthly: monthlyCost(offers, server) };
  });
  const all = [...charges.map(({ kind, ...charge }) => ({ what: kind, ...charge })), ...servers];
  return [...Map.groupBy(all, ({ what, isOurs }) => `${what} ${isOurs ? 1 : 2}`)]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([, those]) => {
      const [first] = those;
      if (first === undefined) return [];
      const monthly = cents(those.reduce((sum, one) => sum + (one.monthly ?? 0), 0));
      return [{ what: first.what, isOurs: first.isOurs, count: those.length, monthly }];
    });
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
