/**
 * The firewalls that the fleet shares, attached by label selector, because a project allows only a
 * few dozen. Agents are reached over the tailnet; port 22 is open to the policy's addresses only
 * while a server has the bootstrap label. A server with the label of the isolation firewall reaches
 * only its rules' destinations: as soon as one of a server's firewalls has an outgoing rule, what no
 * rule allows is dropped.
 */

import type { Policy } from '../agent/policy.ts';
import type { FleetIds } from './fleet-record.ts';
import { labelNames, type ObservedFirewall } from './observed.ts';

export type FirewallRule = {
  readonly direction: 'in' | 'out';
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'esp' | 'gre';
  /** `22` or `1000-2000`; null for icmp */
  readonly port: string | null;
  /** of incoming packets the source, of outgoing ones the destination */
  readonly peers: readonly string[];
};

export type WantedFirewall = {
  /** Terraform's address and the last part of its name */
  readonly role: 'base' | 'bootstrap' | 'isolation';
  readonly name: string;
  readonly rules: readonly FirewallRule[];
  readonly selector: string;
};

const anywhere = ['0.0.0.0/0', '::/0'];

export function wantedFirewalls(policy: Policy): readonly WantedFirewall[] {
  const fleetSelector = `${labelNames.fleet}=${policy.fleet}`;
  return [
    {
      role: 'base',
      name: `${policy.fleet}-base`,
      rules: [
        { direction: 'in', protocol: 'icmp', port: null, peers: anywhere },
        // WireGuard's port, for direct connections in the tailnet instead of relayed ones.
        { direction: 'in', protocol: 'udp', port: '41641', peers: anywhere },
      ],
      selector: fleetSelector,
    },
    {
      role: 'bootstrap',
      name: `${policy.fleet}-bootstrap`,
      rules: [{ direction: 'in', protocol: 'tcp', port: '22', peers: policy.ssh.bootstrapFrom }],
      selector: `${fleetSelector},${labelNames.bootstrap}=1`,
    },
    {
      role: 'isolation',
      name: `${policy.fleet}-isolation`,
      rules: [{ direction: 'out', protocol: 'tcp', port: '443', peers: policy.tailnet.relays }],
      selector: `${fleetSelector},${labelNames.isolated}=1`,
    },
  ];
}

/** The same text for equal rules in any order, to compare listings. */
export function canonicalRules(rules: readonly FirewallRule[]): string {
  return rules
    .map(
      (rule) =>
        `${rule.direction} ${rule.protocol} ${rule.port ?? '-'} ${[...rule.peers].sort().join(',')}`,
    )
    .sort()
    .join('\n');
}

/**
 * What the fleet's shared stack needs. `create`: a firewall is listed neither by its recorded id
 * nor by its name, so that servers would be open to the world. `update`: all exist, but one differs
 * from what is wanted, is not the recorded one, or is not recorded yet.
 */
export function fleetStackNeeds(
  policy: Policy,
  observed: readonly ObservedFirewall[],
  recorded: FleetIds | null,
): 'none' | 'create' | 'update' {
  const pairs = wantedFirewalls(policy).map((wanted) => {
    const id = recorded?.[wanted.role];
    const byId = observed.find((one) => one.id === id);
    return { wanted, id, found: byId ?? observed.find((one) => one.name === wanted.name) };
  });
  if (pairs.some(({ found }) => found === undefined)) return 'create';
  const right = pairs.every(({ wanted, id, found }) => {
    if (found === undefined || found.id !== id || found.name !== wanted.name) return false;
    if (found.labels[labelNames.fleet] !== policy.fleet) return false;
    return (
      found.rules === canonicalRules(wanted.rules) && found.selectors.includes(wanted.selector)
    );
  });
  return right ? 'none' : 'update';
}
