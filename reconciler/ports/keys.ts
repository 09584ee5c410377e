/** Secrets that this program creates, and the CA key that VMs trust. */
import type { AgentId } from '../core/agent/agent.ts';
import type { Host } from './configurator.ts';

export type Keys = {
  /** OpenSSH public key of the CA whose certificates VMs accept */
  readonly caPublicKey: string;
  /** a fresh ed25519 host key pair in OpenSSH format */
  newHostKey(host: Host['agent']): { readonly privateKey: string; readonly publicKey: string };
  /** whether there is a secret to derive the keys of hosts from */
  readonly givesHeartbeatKeys: boolean;
  /** The key with which the host of that revision signs heartbeats. Throws `ToolMissing`. */
  heartbeatKey(agent: AgentId, revision: number): string;
  /** 16 characters of [0-9a-z], the label that identifies one create */
  newNonce(): string;
};
