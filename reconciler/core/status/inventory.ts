/**
 * Builds an Ansible inventory of the running agents, reached over the tailnet: one group of all,
 * and one for each region and plan. It contains no ids of customers.
 */
import type { AgentRecord } from '../fleet/recorded.ts';
import { compareText } from '../fleet/world.ts';

type HostVars = Readonly<Record<string, string | number>>;
type Group = {
  readonly hosts: Readonly<Record<string, HostVars>>;
  readonly vars?: HostVars;
};
type Inventory = Readonly<Record<string, Group>>;

/** Agents that are up and in the tailnet, sorted; a play cannot reach the others. */
export function inventoryOf(records: readonly AgentRecord[]): Inventory {
  const reachable = records
    .filter(({ phase, server, tailnet, gone }) => {
      const up = phase === 'running' || phase === 'updating';
      return up && gone === undefined && server?.power !== 'off' && tailnet !== undefined;
    })
    .sort((a, b) => compareText(a.name, b.name));
  const groups = new Map<string, Record<string, HostVars>>();
  const join = (group: string, name: string) => {
    groups.set(group, { ...groups.get(group), [name]: {} });
  };
  for (const { name, chosen } of reachable) {
    if (chosen === undefined) continue;
    join(groupName('region', chosen.region), name);
    join(groupName('plan', chosen.plan), name);
  }
  const agents = {
    hosts: Object.fromEntries(reachable.map((record) => [record.name, varsOf(record)])),
    vars: { ansible_user: 'root', ansible_port: 22 },
  };
  const others = [...groups].sort(([a], [b]) => compareText(a, b));
  return { agents, ...Object.fromEntries(others.map(([name, hosts]) => [name, { hosts }])) };
}

function varsOf({ tailnet, chosen, server }: AgentRecord): HostVars {
  return {
    ansible_host: tailnet?.address ?? '',
    ...(server === undefined ? {} : { aura_server: server.id }),
    ...(chosen === undefined
      ? {}
      : { aura_plan: chosen.plan, aura_region: chosen.region, aura_location: chosen.location }),
  };
}

/** Ansible allows letters, digits and underscores. */
function groupName(kind: string, name: string): string {
  return `${kind}_${name.replaceAll(/[^A-Za-z0-9_]/g, '_')}`;
}
