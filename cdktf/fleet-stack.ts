/** The shared stack: firewalls by label selector, and the break-glass key. */

import { Firewall } from '@cdktf/provider-hcloud/firewall';
import { SshKey } from '@cdktf/provider-hcloud/ssh-key';
import type { TerraformStack } from 'cdktf';
import type { FleetStackSpec } from '../reconciler/core/stack/stack-spec.ts';
import { literal, literals } from './template-text.ts';

export function addFleet(stack: TerraformStack, spec: FleetStackSpec): void {
  for (const firewall of spec.firewalls) {
    new Firewall(stack, firewall.role, {
      name: literal(firewall.name),
      labels: literals(spec.labels),
      rule: firewall.rules.map((rule) => ({
        direction: rule.direction,
        protocol: rule.protocol,
        ...(rule.port === null ? {} : { port: literal(rule.port) }),
        ...(rule.direction === 'in'
          ? { sourceIps: rule.peers.map(literal) }
          : { destinationIps: rule.peers.map(literal) }),
      })),
      applyTo: [{ labelSelector: literal(firewall.selector) }],
    }).overrideLogicalId(firewall.role);
  }
  if (spec.breakGlassKey !== null) {
    new SshKey(stack, 'break_glass', {
      name: literal(spec.breakGlassKey.name),
      publicKey: literal(spec.breakGlassKey.publicKey),
      labels: literals(spec.labels),
    }).overrideLogicalId('break_glass');
  }
}
