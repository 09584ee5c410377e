/** Secrets that this program makes, and what VMs are configured to trust. */
import type { AgentId } from '../core/agent/agent.ts';

/** Secrets that are made here, and what VMs are configured to trust. */
export type Keys = {
  /** OpenSSH public key of the CA whose certificates open the VMs */
  readonly caPublicKey: string;
  /** a fresh ed25519 host key pair, in OpenSSH's forms */
  newHostKey(agent: AgentId): { readonly privateKey: string; readonly publicKey: string };
  /** 16 characters of [0-9a-z]: the label that tells one create from every other */
  newNonce(): string;
};
