/** The inside of a VM: its boot, its roles, its tailnet node. Every method throws `Failure`. */
import type { AgentConfig, AgentId } from '../core/agent/agent.ts';

export type Host = {
  readonly agent: AgentId;
  readonly ipv4: string;
  /** the public host key that this address must show, e.g. `ssh-ed25519 AAAA…` */
  readonly hostKey: string;
};

export type Configurator = {
  /** What this program's roles are called now; another one means configure in place. */
  readonly roleVersion: string;
  /** Until cloud-init has finished; Failure('BootTimeout') past `timeoutMs` of the cloud's time. */
  waitForBoot(host: Host, timeoutMs: number): Promise<void>;
  configure(
    host: Host,
    request: { readonly config: AgentConfig; readonly configHash: string },
  ): Promise<void>;
  /**
   * The node id that the host's own Tailscale has, read over the pinned connection; null where it has
   * joined no tailnet. A host can lie about it: what it says is checked by Tailscale's API.
   */
  nodeOf(host: Host): Promise<string | null>;
  /** Joins, or joins again under this hostname; the node id as `nodeOf` gives it afterwards. */
  join(
    host: Host,
    request: { readonly authKey: string; readonly hostname: string; readonly tag: string },
  ): Promise<string>;
  /** Whether openclaw answers on the host. */
  healthy(host: Host): Promise<boolean>;
};
