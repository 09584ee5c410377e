/**
 * What Tailscale's API needs of a tailnet. Two implement it: the simulated tailnet, and headscale
 * with real nodes. The routes above it are the same, so clients cannot tell them apart.
 */

import type { Policy } from './policy.ts';
import type { AuthKey, Device } from './tailnet.ts';

/** A device as the API shows it. */
export type ShownDevice = Readonly<Omit<Device, 'machine' | 'nameIsSet'>>;

type WantedKey = Readonly<
  Pick<AuthKey, 'reusable' | 'ephemeral' | 'preauthorized' | 'tags' | 'description'>
> & { readonly seconds: number };

export type DeviceChange =
  | { readonly kind: 'authorized'; readonly authorized: boolean }
  | { readonly kind: 'tags'; readonly tags: readonly string[] }
  | { readonly kind: 'key'; readonly expiryDisabled: boolean }
  /** its key expires now */
  | { readonly kind: 'expire' }
  /** '' lets it follow the hostname again */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'ip'; readonly ipv4: string }
  | { readonly kind: 'routes'; readonly routes: readonly string[] };

/** Methods throw `TailscaleError` for what the control plane refuses. */
export type ControlPlane = {
  /** by the clock that its keys and devices go by */
  now(): number;
  policy(): Policy;
  /** Throws for a policy that `setPolicy` would refuse. */
  checkPolicy(policy: Policy): Promise<void>;
  setPolicy(policy: Policy): Promise<void>;
  createKey(wanted: WantedKey): Promise<AuthKey>;
  keys(): Promise<readonly AuthKey[]>;
  key(id: string): Promise<AuthKey | null>;
  /** of a key that exists; again it changes nothing */
  revokeKey(id: string): Promise<void>;
  devices(): Promise<readonly ShownDevice[]>;
  /** by either of its ids */
  device(id: string): Promise<ShownDevice | null>;
  deleteDevice(device: ShownDevice): Promise<void>;
  /** Resolves to the changed device. */
  changeDevice(device: ShownDevice, change: DeviceChange): Promise<ShownDevice>;
};
