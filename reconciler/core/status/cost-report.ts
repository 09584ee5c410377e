/**
 * Reports what the fleet costs: in total, by plan, region, customer and agent, and the share of
 * powered-off servers, which Hetzner bills in full; and what else of the project is billed. Net, a
 * month, by the current price list. The cost of a server includes its IPv4 address.
 */

import type { ObservedSnapshot } from '../fleet/fleet-resources.ts';
import {
  agentOfServer,
  type ObservedPrimaryIp,
  type ObservedServer,
  type Offers,
  serverIsOn,
} from '../fleet/observed.ts';
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
  readonly monthly: number;
};
/** What is billed besides the servers of the fleet; backups and volumes are not used. */
type Rest = {
  readonly snapshots: Counted;
  /** addresses that outlived their server */
  readonly addresses: Counted;
  /** servers of the project without the fleet's label */
  readonly unmarked: Counted;
};
type Counted = { readonly count: number; readonly monthly: number };

export type CostReport = {
  readonly currency: string;
  readonly total: CostLine;
  readonly plans: readonly CostLine[];
  readonly regions: readonly CostLine[];
  readonly customers: readonly CostLine[];
  readonly rest: Rest;
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
  readonly snapshots: readonly Pick<ObservedSnapshot, 'monthlyCost'>[];
  readonly addresses: readonly Pick<ObservedPrimaryIp, 'assignee' | 'location' | 'ip'>[];
  readonly unmarked: readonly { readonly serverType: string; readonly location: string }[];
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
        monthly: monthlyCost(offers, {
          serverType: server.serverType,
          location: server.location,
          recorded: record?.server?.id === server.id ? (record.cost ?? null) : null,
        }),
      };
    })
    .sort((a, b) => b.monthly - a.monthly || compareText(a.agent, b.agent));
  const total = lineOf('all', agents);
  const rest = restOf(input);
  const { snapshots, addresses, unmarked } = rest;
  return {
    currency: offers.currency,
    total,
    rest,
    projectMonthly: cents(
      [total, snapshots, addresses, unmarked].reduce((sum, { monthly }) => sum + monthly, 0),
    ),
    customers: grouped(agents, ({ customer }) => customer).toSorted(
      (a, b) => b.monthly - a.monthly || compareText(a.name, b.name),
    ),
    plans: grouped(agents, ({ plan }) => plan),
    regions: grouped(agents, ({ region }) => region),
    agents,
  };
}

function restOf({ offers, snapshots, addresses, unmarked }: CostInput): Rest {
  const spare = addresses.filter(({ assignee, ip }) => assignee === null && !ip.includes(':'));
  const counted = (prices: readonly (number | null)[]): Counted => {
    const monthly = cents(prices.reduce<number>((sum, price) => sum + (price ?? 0), 0));
    return { count: prices.length, monthly };
  };
  return {
    snapshots: counted(snapshots.map(({ monthlyCost }) => monthlyCost)),
    addresses: counted(spare.map(({ location }) => offers.ipv4MonthlyNet[location] ?? null)),
    unmarked: counted(unmarked.map((server) => monthlyCost(offers, server))),
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
