/**
 * The firewalls that the fleet shares, applied by label selector: a project allows only a few dozen,
 * so no agent has one of its own. Agents are reached over the tailnet; port 22 is open to the
 * policy's addresses only while a VM carries the bootstrap label.
 */

import type { Policy } from '../desired/policy.ts';
import { labelNames, type ObservedFirewall } from './observed.ts';

export type FirewallRule = {
  readonly direction: 'in' | 'out';
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'esp' | 'gre';
  /** `22` or `1000-2000`; null for icmp */
  readonly port: string | null;
  readonly sources: readonly string[];
};

export type WantedFirewall = {
  /** Terraform's address and the last part of its name */
  readonly role: 'base' | 'bootstrap';
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
        { direction: 'in', protocol: 'icmp', port: null, sources: anywhere },
        // WireGuard's port: direct paths within the tailnet instead of relayed ones.
        { direction: 'in', protocol: 'udp', port: '41641', sources: anywhere },
      ],
      selector: fleetSelector,
    },
    {
      role: 'bootstrap',
      name: `${policy.fleet}-bootstrap`,
      rules: [{ direction: 'in', protocol: 'tcp', port: '22', sources: policy.ssh.bootstrapFrom }],
      selector: `${fleetSelector},${labelNames.bootstrap}=1`,
    },
  ];
}

/** One text for equal rules, whatever their order: what listings are compared by. */
export function canonicalRules(rules: readonly FirewallRule[]): string {
  return rules
    .map(
      (rule) =>
        `${rule.direction} ${rule.protocol} ${rule.port ?? '-'} ${[...rule.sources].sort().join(',')}`,
    )
    .sort()
    .join('\n');
}

/** What the fleet's own stack needs: made the first time, put right where somebody changed it. */
export function fleetStackNeeds(
  policy: Policy,
  observed: readonly ObservedFirewall[],
): 'none' | 'create' | 'update' {
  const wanted = wantedFirewalls(policy);
  const found = wanted.map(
    (one) => observed.find((firewall) => firewall.name === one.name) ?? null,
  );
  if (found.every((one) => one === null)) return 'create';
  const right = wanted.every((one, place) => {
    const firewall = found[place] ?? null;
    return (
      firewall !== null &&
      firewall.rules === canonicalRules(one.rules) &&
      firewall.selectors.includes(one.selector)
    );
  });
  return right ? 'none' : 'update';
}
