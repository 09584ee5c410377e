/** One tailnet: its devices and its auth keys. Every method throws `Failure`. */
import type { AgentId } from '../core/agent/agent.ts';
import type { ObservedAuthKey } from '../core/fleet/fleet-resources.ts';
import type { ObservedDevice } from '../core/fleet/observed.ts';
import type { Listing } from './listing.ts';

/** `created` by the clock that devices' times of creation are by, too */
type NewAuthKey = {
  readonly id: string;
  readonly secret: string;
  readonly created: string;
};

export type Tailnet = {
  devices(fleet: string): Promise<Listing<ObservedDevice>>;
  device(nodeId: string): Promise<ObservedDevice | null>;
  /** single use, pre-authorised, tagged with the fleet's tag, not ephemeral */
  createKey(request: {
    readonly fleet: string;
    readonly agent: AgentId;
    readonly seconds: number;
  }): Promise<NewAuthKey>;
  /** those that still open something */
  keys(fleet: string): Promise<readonly ObservedAuthKey[]>;
  revokeKey(id: string): Promise<void>;
  /**
   * Gives a device a name that no longer follows what the machine calls itself. Where another device
   * of the tailnet has that name, Tailscale may refuse it or add `-1`: the device shows what it is.
   */
  rename(nodeId: string, name: string): Promise<void>;
  deleteDevice(nodeId: string): Promise<void>;
};
