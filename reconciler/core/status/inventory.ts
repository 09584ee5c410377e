/**
 * Builds the inventory of the running agents that Ansible expects of a script, reached over the
 * tailnet: one group of all, and one for each region and plan. A host is accepted only with its
 * recorded host key. It contains no ids of customers.
 * https://docs.ansible.com/ansible/latest/dev_guide/developing_inventory.html#inventory-script-conventions
 */
import type { AgentRecord } from '../fleet/recorded.ts';
import { compareText } from '../fleet/world.ts';

type HostVars = Readonly<Record<string, string | number>>;
type Group = { readonly hosts: readonly string[] };
type Inventory = {
  readonly groups: Readonly<Record<string, Group>>;
  readonly hostvars: Readonly<Record<string, HostVars>>;
};

/** Agents that are up and in the tailnet, sorted; a play cannot reach the others. */
export function inventoryOf(records: readonly AgentRecord[]): Inventory {
  const reachable = records
    .filter(({ phase, server, tailnet, gone }) => {
      const up = phase === 'running' || phase === 'updating';
      return up && gone === undefined && server?.power !== 'off' && tailnet !== undefined;
    })
    .sort((a, b) => compareText(a.name, b.name));
  const groups = new Map<string, string[]>();
  const join = (group: string, name: string) => {
    groups.set(group, [...(groups.get(group) ?? []), name]);
  };
  for (const { name, chosen } of reachable) {
    if (chosen === undefined) continue;
    join(groupName('region', chosen.region), name);
    join(groupName('plan', chosen.plan), name);
  }
  const others = [...groups].sort(([a], [b]) => compareText(a, b));
  const hostvars = Object.fromEntries(reachable.map((record) => [record.name, varsOf(record)]));
  return {
    groups: {
      agents: { hosts: reachable.map(({ name }) => name) },
      ...Object.fromEntries(others.map(([name, hosts]) => [name, { hosts }])),
    },
    hostvars,
  };
}

/** As a script prints it for `--list`: with all variables, so that no host is asked for alone. */
export function listedInventory({ groups, hostvars }: Inventory): object {
  return { ...groups, _meta: { hostvars } };
}

function varsOf({ name, tailnet, hostKey, chosen, server }: AgentRecord): HostVars {
  return {
    ansible_host: tailnet?.address ?? '',
    ansible_port: 22,
    ansible_user: 'root',
    ansible_ssh_common_args: onlyWithKey(name, hostKey),
    ...(hostKey === undefined ? {} : { aura_host_key: hostKey }),
    ...(server === undefined ? {} : { aura_server: server.id }),
    ...(chosen === undefined
      ? {}
      : { aura_plan: chosen.plan, aura_region: chosen.region, aura_location: chosen.location }),
  };
}

/**
 * SSH options by which a host is known under the agent's id with this key alone, and with none where
 * no key is recorded. No file is needed: `echo` prints the line of `known_hosts`.
 */
function onlyWithKey(agent: string, hostKey: string | undefined): string {
  const options = [
    `HostKeyAlias=${agent}`,
    'StrictHostKeyChecking=yes',
    'UserKnownHostsFile=/dev/null',
    'GlobalKnownHostsFile=/dev/null',
    ...(hostKey !== undefined && keyPattern.test(hostKey)
      ? [`KnownHostsCommand="/bin/echo ${agent} ${hostKey}"`]
      : []),
  ];
  return options.map((option) => `-o ${option}`).join(' ');
}

/** The text is a part of a command: nothing but a key is. */
const keyPattern = /^ssh-[a-z0-9]+ [A-Za-z0-9+/=]+$/;

/** Ansible allows letters, digits and underscores. */
function groupName(kind: string, name: string): string {
  return `${kind}_${name.replaceAll(/[^A-Za-z0-9_]/g, '_')}`;
}
