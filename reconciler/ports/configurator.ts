/** Works inside a VM: boot, roles, tailnet node. Every method throws `Failure`. */
import type { AgentId } from '../core/agent/agent.ts';
import type { HostSettings } from '../core/fleet/host-settings.ts';
import type { GatewayAnswer, Joining, PublishingDevice } from './tailnet-node.ts';

/** The name of a builder: a server of which an image is made. */
export type BuilderName = `builder-${string}`;

export type Host<Name = AgentId | BuilderName> = {
  /** the principal that its sshd accepts, and the name under which its host keys are pinned */
  readonly agent: Name;
  readonly network: 'public' | 'tailnet';
  /** its address in that network */
  readonly ipv4: string;
  /**
   * The public host keys of which this address must show one, e.g. `ssh-ed25519 AAAA…`: two while
   * the seeded key is being replaced.
   */
  readonly hostKeys: readonly string[];
};

export type ConfigureRequest = Omit<HostSettings, 'heartbeats'> & {
  /** where the host reports, and the key that signs its reports; null where it does not */
  readonly heartbeat: { readonly url: string; readonly key: string } | null;
  readonly configHash: string;
  /** whether it ends when openclaw answers, or when it was started: callers then ask `healthy` */
  readonly untilAnswer: boolean;
};

export type Configurator = {
  /** Version of this program's roles; another recorded version means configure in place. */
  readonly roleVersion: string;
  /** where hosts get their software, where it is not its vendor; null for the roles' own */
  readonly sources: Readonly<Record<string, string>> | null;
  /** Throws `ToolMissing` if this machine cannot configure any host. */
  ready(): Promise<void>;
  /**
   * Lets this process join the tailnet, once, and throws where it cannot: hosts of the network
   * `tailnet` are reached only afterwards.
   */
  enterTailnet(policy: Joining): Promise<void>;
  /** Connects to the host and checks its host key. Throws where that fails. */
  reach(host: Host): Promise<void>;
  /** Waits for cloud-init; throws `BootTimeout` after `timeoutMs` of the cloud's time. */
  waitForBoot(host: Host, timeoutMs: number): Promise<void>;
  /**
   * The public half of the key pair that the host made for itself; makes it once. sshd shows it
   * after the roles were played.
   */
  ownHostKey(host: Host): Promise<string>;
  /** Whether a new connection to the host shows this key, and not another pinned one. */
  showsHostKey(host: Host, hostKey: string): Promise<boolean>;
  /** Plays the roles: afterwards sshd shows only the key of `ownHostKey`. */
  configure(host: Host, request: ConfigureRequest): Promise<void>;
  /**
   * Installs the software of every host on a builder, and removes what has to differ between hosts.
   * Returns what is installed, with its versions. No new connection is possible afterwards.
   */
  prepare(builder: Host): Promise<string>;
  /**
   * The node id of the host's Tailscale, read over the pinned connection; null where it joined no
   * tailnet. A host may report any id: callers check it against Tailscale's API.
   */
  nodeOf(host: Host): Promise<string | null>;
  /** Joins, or joins again under this hostname, and returns the node id as `nodeOf` does. */
  join(
    host: Host,
    request: { readonly authKey: string; readonly hostname: string; readonly tag: string },
  ): Promise<string>;
  /** Whether openclaw answers on the host. */
  healthy(host: Host): Promise<boolean>;
  /** The last lines of openclaw's log, the oldest first, without secrets. */
  log(host: Host, lines: number): Promise<readonly string[]>;
  /** What its gateway answers to a question for its health over the tailnet. */
  askOverTailnet(device: PublishingDevice): Promise<GatewayAnswer>;
};
