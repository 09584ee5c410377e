/** An agent's stack: its server only. */

import { Server } from '@cdktf/provider-hcloud/server';
import type { TerraformStack } from 'cdktf';
import { labelsBesideTerraform } from '../reconciler/core/fleet/observed.ts';
import type { AgentStackSpec } from '../reconciler/core/stack/stack-spec.ts';
import { literal, literals } from './template-text.ts';

/**
 * Differences that Terraform ignores: user data, keys, image and location are chosen once per
 * revision; firewalls follow labels after the create; protection and the labels of bootstrap and
 * first verify are set over the API.
 */
const ignoredChanges = [
  'user_data',
  'ssh_keys',
  'image',
  'location',
  'firewall_ids',
  'ignore_remote_firewall_ids',
  'delete_protection',
  'rebuild_protection',
  ...labelsBesideTerraform.map((name) => `labels["${name}"]`),
];

export function addAgent(stack: TerraformStack, spec: AgentStackSpec): void {
  const { server } = spec;
  new Server(stack, 'agent', {
    name: literal(server.name),
    serverType: literal(server.serverType),
    location: literal(server.location),
    image: literal(server.image),
    userData: literal(server.userData),
    labels: literals(server.labels),
    sshKeys: server.sshKeys.map(literal),
    ...(server.firewalls.length === 0 ? {} : { firewallIds: server.firewalls.map(Number) }),
    ignoreRemoteFirewallIds: true,
    keepDisk: true,
    lifecycle: { ignoreChanges: ignoredChanges },
  }).overrideLogicalId('agent');
}
