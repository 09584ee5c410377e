/**
 * The contents of a Terraform stack, as a value: one stack for each agent, one that the fleet
 * shares, and the empty one that deletes an agent's resources. cdktf/ renders it as JSON.
 */

import type { Policy } from '../agent/policy.ts';
import { type Builder, builderLabels } from '../fleet/builder.ts';
import { customerLabel } from '../fleet/customer-label.ts';
import { type WantedFirewall, wantedFirewalls } from '../fleet/firewall.ts';
import { agentStateKey, labelNames } from '../fleet/observed.ts';
import { specHash } from '../fleet/spec-hash.ts';
import type { Choice } from './choice.ts';

export type AgentStackSpec = {
  readonly kind: 'agent';
  readonly stateKey: string;
  readonly pollIntervalMs: number;
  readonly server: {
    readonly name: string;
    readonly serverType: string;
    readonly location: string;
    readonly image: string;
    readonly userData: string;
    readonly labels: Readonly<Record<string, string>>;
    /** ids of the break-glass keys */
    readonly sshKeys: readonly string[];
    /** ids of the firewalls that a new server is behind from its first moment */
    readonly firewalls: readonly string[];
  };
};

export type FleetStackSpec = {
  readonly kind: 'fleet';
  readonly stateKey: string;
  readonly pollIntervalMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly firewalls: readonly WantedFirewall[];
  readonly breakGlassKey: { readonly name: string; readonly publicKey: string } | null;
};

/** Deletes everything in the state, to retire or roll back; the gate allows only recorded ids. */
type EmptyStackSpec = {
  readonly kind: 'empty';
  readonly stateKey: string;
  readonly pollIntervalMs: number;
};

export type StackSpec = AgentStackSpec | FleetStackSpec | EmptyStackSpec;

/** Terraform's address of the server in an agent's stack. */
export const serverAddress = 'hcloud_server.agent';

export type AgentStackInput = {
  readonly policy: Policy;
  readonly agent: string;
  readonly subscription: string;
  readonly customer: string;
  readonly choice: Choice;
  readonly nonce: string;
  /** UNIX seconds of the create */
  readonly created: number;
  readonly userData: string;
  readonly sshKeys: readonly string[];
  readonly firewalls: readonly string[];
  /** whether port 22 is open: while the VM is bootstrapped */
  readonly bootstrap: boolean;
};

export function agentStackSpec(input: AgentStackInput): AgentStackSpec {
  const { policy, choice } = input;
  return {
    kind: 'agent',
    stateKey: agentStateKey(policy.fleet, input.agent),
    pollIntervalMs: policy.apply.pollIntervalMs,
    server: {
      name: input.agent,
      serverType: choice.serverType,
      location: choice.location,
      image: choice.image,
      userData: input.userData,
      labels: {
        [labelNames.fleet]: policy.fleet,
        [labelNames.agent]: input.agent,
        [labelNames.subscription]: input.subscription,
        [labelNames.customer]: customerLabel(input.customer),
        [labelNames.created]: String(input.created),
        [labelNames.revision]: String(choice.revision),
        [labelNames.nonce]: input.nonce,
        [labelNames.spec]: specHash(input),
        ...(input.bootstrap ? { [labelNames.bootstrap]: '1' } : {}),
      },
      sshKeys: input.sshKeys,
      firewalls: input.firewalls,
    },
  };
}

type BuilderStackInput = Pick<AgentStackInput, 'policy' | 'userData' | 'sshKeys'> & {
  readonly builder: Builder;
  readonly image: string;
  readonly firewall: string;
};

/** The server of a builder: as an agent's, with its own labels and state. */
export function builderStackSpec(input: BuilderStackInput): AgentStackSpec {
  const { policy, builder, image, userData, sshKeys, firewall } = input;
  const { name, serverType, location } = builder;
  const labels = { ...builderLabels(policy.fleet, builder), [labelNames.bootstrap]: '1' };
  return {
    kind: 'agent',
    stateKey: builderStateKey(policy.fleet, builder),
    pollIntervalMs: policy.apply.pollIntervalMs,
    server: { name, serverType, location, image, userData, labels, sshKeys, firewalls: [firewall] },
  };
}

/** Beside the agents' states, so that it is never taken for one of theirs. */
export function builderStateKey(fleet: string, { name }: Pick<Builder, 'name'>): string {
  return `${fleet}/builders/${name}/terraform.tfstate`;
}

export function emptyStackSpec(policy: Policy, stateKey: string): EmptyStackSpec {
  return {
    kind: 'empty',
    stateKey,
    pollIntervalMs: policy.apply.pollIntervalMs,
  };
}

export function fleetStackSpec(policy: Policy): FleetStackSpec {
  const publicKey = policy.ssh.breakGlassPublicKey;
  return {
    kind: 'fleet',
    stateKey: fleetStateKey(policy.fleet),
    pollIntervalMs: policy.apply.pollIntervalMs,
    labels: { [labelNames.fleet]: policy.fleet },
    firewalls: wantedFirewalls(policy),
    breakGlassKey: publicKey === undefined ? null : { name: breakGlassName(policy), publicKey },
  };
}

/** The project's only SSH key, for emergencies. */
export function breakGlassName({ fleet }: Policy): string {
  return `${fleet}-break-glass`;
}

export function fleetStateKey(fleet: string): string {
  return `${fleet}/fleet/terraform.tfstate`;
}

type UserDataInput = {
  readonly agent: string;
  /** OpenSSH public keys of the CAs whose certificates the VM accepts */
  readonly caPublicKeys: readonly string[];
  /** the seeded host key pair, which the first task replaces */
  readonly hostPrivateKey: string;
  readonly hostPublicKey: string;
};

/**
 * cloud-init's configuration: the CA that sshd trusts, and the host key that the first connection
 * expects. It holds no other secret, because the metadata service serves user data for the server's
 * lifetime.
 * https://cloudinit.readthedocs.io/en/latest/reference/modules.html#ssh
 */
export function userDataOf(input: UserDataInput): string {
  // Indentation keeps every line of the text inside its block.
  const block = (text: string, indent: number) =>
    text
      .trimEnd()
      .split(/\r?\n/)
      .map((line) => ' '.repeat(indent) + line)
      .join('\n');
  return [
    '#cloud-config',
    'disable_root: false',
    'ssh_pwauth: false',
    'ssh_deletekeys: true',
    'ssh_keys:',
    '  ed25519_private: |',
    block(input.hostPrivateKey, 4),
    `  ed25519_public: ${oneLine(input.hostPublicKey)}`,
    'write_files:',
    '  - path: /etc/ssh/aura_user_ca.pub',
    "    permissions: '0644'",
    '    content: |',
    block(input.caPublicKeys.join('\n'), 6),
    '  - path: /etc/ssh/auth_principals/root',
    "    permissions: '0644'",
    '    content: |',
    block(input.agent, 6),
    '  - path: /etc/ssh/sshd_config.d/10-aura.conf',
    "    permissions: '0644'",
    '    content: |',
    '      TrustedUserCAKeys /etc/ssh/aura_user_ca.pub',
    '      AuthorizedPrincipalsFile /etc/ssh/auth_principals/%u',
    '      PasswordAuthentication no',
    '',
  ].join('\n');
}

/** A public key is one line; further lines are dropped. */
function oneLine(text: string): string {
  return text.trim().split(/\r?\n/)[0] ?? '';
}
