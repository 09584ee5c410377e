/** The fleet's own stack in memory: firewalls and the key to break the glass with. */

import type { PlannedResource } from '../../reconciler/core/stack/gate.ts';
import type { FleetStackSpec } from '../../reconciler/core/stack/stack-spec.ts';
import { canonicalRules } from '../../reconciler/core/world/firewall.ts';
import type { Managed } from './bucket.ts';
import type { FakeProject } from './servers.ts';

export function planFleet(project: FakeProject, spec: FleetStackSpec): readonly PlannedResource[] {
  const firewalls = spec.firewalls.map((wanted): PlannedResource => {
    const found = [...project.firewalls].find(([, one]) => one.name === wanted.name);
    const same =
      found?.[1].rules === canonicalRules(wanted.rules) &&
      found[1].selectors.join() === wanted.selector;
    return {
      address: `hcloud_firewall.${wanted.role}`,
      type: 'hcloud_firewall',
      action: found === undefined ? 'create' : same ? 'none' : 'update',
      id: found?.[0] ?? null,
      changed: found === undefined || same ? [] : ['apply_to', 'rule'],
    };
  });
  const key = spec.breakGlassKey;
  if (key === null) return firewalls;
  const known = [...project.sshKeys].find(([, one]) => one.name === key.name);
  return [
    ...firewalls,
    {
      address: 'hcloud_ssh_key.break_glass',
      type: 'hcloud_ssh_key',
      action: known === undefined ? 'create' : 'none',
      id: known?.[0] ?? null,
      changed: [],
    },
  ];
}

/** Makes it so; what the state holds afterwards. */
export function runFleet(project: FakeProject, spec: FleetStackSpec): readonly Managed[] {
  for (const firewall of spec.firewalls) project.setFirewall(firewall, spec.labels);
  const key = spec.breakGlassKey;
  if (key !== null && ![...project.sshKeys.values()].some((one) => one.name === key.name))
    project.sshKeys.set(project.nextId(), {
      ...key,
      labels: { ...spec.labels },
      created: new Date(0).toISOString(),
    });
  return planFleet(project, spec).map(({ address, type, id }) => ({
    address,
    type,
    id: id ?? '',
    tainted: false,
  }));
}
