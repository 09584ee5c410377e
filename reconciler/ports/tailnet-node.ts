/** This process as an ephemeral node of the tailnet. */
import type { Policy } from '../core/agent/policy.ts';

/** What a run needs to know to join. */
export type Joining = Pick<Policy, 'fleet'> & {
  readonly tailnet: Pick<Policy['tailnet'], 'keySeconds'>;
};

export type TailnetNode = {
  /**
   * Joins at the first call; later calls have the same result. Throws `Failure` where this machine
   * has no Tailscale, or the tailnet does not admit it.
   */
  join(policy: Joining): Promise<void>;
  /**
   * A command that connects its input and output to the host and the port that are its last
   * arguments. Throws `NetworkUnreachable` unless it has joined.
   */
  connectCommand(): ConnectCommand;
  /** What the gateway that a device publishes answers at this path. */
  ask(device: PublishingDevice, path: string): Promise<GatewayAnswer>;
  /** Leaves the tailnet, if it has joined. */
  close(): Promise<void>;
};

export type ConnectCommand = readonly [program: string, ...args: string[]];

export type PublishingDevice = {
  readonly address: string;
  /** its full name: the gateway answers to no other */
  readonly name: string;
};

export type GatewayAnswer =
  | { readonly kind: 'answered'; readonly status: number }
  /** the device refuses the connection: it publishes nothing */
  | { readonly kind: 'refused' }
  /** packets do not arrive, as where the policy of the tailnet forbids it */
  | { readonly kind: 'unreachable'; readonly said: string };
