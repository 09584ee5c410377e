/** The simulated tailnet as a control plane: everything happens in memory and at once. */
import type { WorldClock } from '../clock.ts';
import type { Randomness } from '../randomness.ts';
import type { ControlPlane, DeviceChange, ShownDevice } from './control-plane.ts';
import { TailscaleError } from './errors.ts';
import type { AuthKey, Device, Tailnet } from './tailnet.ts';

export function simulatedControl(
  tailnet: Tailnet,
  { clock, randomness }: { readonly clock: WorldClock; readonly randomness: Randomness },
): ControlPlane {
  return {
    now: clock.now,
    policy: () => tailnet.policy,
    async checkPolicy() {},
    async setPolicy(policy) {
      tailnet.policy = policy;
    },
    async createKey({ seconds, ...wanted }) {
      const id = `k${randomness.token(11)}CNTRL`;
      const created = Math.floor(clock.now() / 1000) * 1000;
      const key: AuthKey = {
        ...wanted,
        id,
        secret: `tskey-auth-${id}-${randomness.token(32)}`,
        created,
        expires: created + seconds * 1000,
        revoked: null,
        used: false,
      };
      tailnet.keys.set(id, key);
      return key;
    },
    keys: async () => [...tailnet.keys.values()],
    key: async (id) => tailnet.keys.get(id) ?? null,
    async revokeKey(id) {
      const key = tailnet.keys.get(id);
      if (key !== undefined) key.revoked ??= clock.now();
    },
    devices: async () => [...tailnet.devices.values()],
    device: async (id) => tailnet.device(id) ?? null,
    async deleteDevice({ nodeId }) {
      tailnet.devices.delete(nodeId);
    },
    async changeDevice(shown, change) {
      const device = deviceOf(tailnet, shown);
      apply(tailnet, device, change);
      return device;
    },
  };
}

function deviceOf(tailnet: Tailnet, { nodeId }: ShownDevice): Device {
  const device = tailnet.device(nodeId);
  if (device === undefined) throw new TailscaleError(404, 'no such device');
  return device;
}

function apply(tailnet: Tailnet, device: Device, change: DeviceChange): void {
  switch (change.kind) {
    case 'authorized':
      device.authorized = change.authorized;
      return;
    case 'tags':
      device.tags = change.tags;
      device.keyExpiryDisabled = true;
      return;
    case 'key':
      device.keyExpiryDisabled = change.expiryDisabled;
      return;
    case 'expire':
      tailnet.expire(device);
      return;
    case 'name':
      device.name = tailnet.freeName(change.name === '' ? device.hostname : change.name, device);
      device.nameIsSet = change.name !== '';
      return;
    case 'ip':
      device.address = change.ipv4;
      return;
    case 'routes':
      device.enabledRoutes = change.routes;
      return;
    default:
      change satisfies never;
  }
}
