/** One tailnet: its devices and its auth keys. Every method throws `Failure`. */
import type { AgentId } from '../core/agent/agent.ts';
import type { ObservedAuthKey } from '../core/fleet/fleet-resources.ts';
import type { ObservedDevice } from '../core/fleet/observed.ts';
import type { Access } from '../core/status/tailnet-access.ts';
import type { Listing } from './listing.ts';

/** `created` by the same clock as devices' creation times */
type NewAuthKey = {
  readonly id: string;
  readonly secret: string;
  readonly created: string;
};

export type Tailnet = {
  /** of the fleet's agents, isolated ones too */
  devices(fleet: string): Promise<Listing<ObservedDevice>>;
  /** of all devices of the tailnet but those of runs, which come and go; sorted */
  nodeIds(fleet: string): Promise<readonly string[]>;
  device(nodeId: string): Promise<ObservedDevice | null>;
  /** single use, pre-authorised, tagged with the fleet's tag, not ephemeral */
  createKey(request: {
    readonly fleet: string;
    readonly agent: AgentId;
    readonly seconds: number;
  }): Promise<NewAuthKey>;
  /** the same for a run: ephemeral, and tagged with the tag of runs */
  createRunKey(request: { readonly fleet: string; readonly seconds: number }): Promise<NewAuthKey>;
  /** keys that can still be used */
  keys(fleet: string): Promise<readonly ObservedAuthKey[]>;
  revokeKey(id: string): Promise<void>;
  /**
   * Sets a device's name, which then no longer follows its hostname. Where another device has the
   * name, Tailscale may refuse it or append `-1`: read the device afterwards.
   */
  rename(nodeId: string, name: string): Promise<void>;
  /** Replaces all tags of a device. */
  setTags(nodeId: string, tags: readonly string[]): Promise<void>;
  /** Lets the key of a device never expire. */
  disableKeyExpiry(nodeId: string): Promise<void>;
  deleteDevice(nodeId: string): Promise<void>;
  /** Whether the policy lets every device of the one tag reach that port of the other's, by TCP. */
  allows(access: Access): Promise<boolean>;
};
