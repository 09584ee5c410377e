/** A tailnet in memory: keys that are spent once, devices that stay until somebody deletes them. */
import { deviceTag } from '../../reconciler/core/world/observed.ts';
import type { Tailnet } from '../../reconciler/ports.ts';
import type { FakeTime } from './time.ts';

export type FakeKey = {
  readonly id: string;
  readonly secret: string;
  readonly description: string;
  readonly tag: string;
  readonly createdMs: number;
  readonly expiresMs: number;
};
export type FakeDevice = {
  readonly nodeId: string;
  readonly hostname: string;
  readonly name: string;
  readonly address: string;
  readonly tags: readonly string[];
  readonly created: string;
  /** id of the server it runs on; null where a test put it there */
  readonly machine: string | null;
};

export type FakeTailnet = {
  readonly keys: Map<string, FakeKey>;
  readonly devices: Map<string, FakeDevice>;
  /** null where the key is unknown, spent or expired */
  join(authKey: string, hostname: string, machine: string): FakeDevice | null;
  /** a device, however it came there */
  add(hostname: string, tag: string, machine?: string | null): FakeDevice;
  /** Every secret that was ever handed out. */
  readonly secrets: Set<string>;
};

export function createTailnet(time: FakeTime): FakeTailnet {
  const keys = new Map<string, FakeKey>();
  const devices = new Map<string, FakeDevice>();
  let count = 0;

  function add(hostname: string, tag: string, machine: string | null = null): FakeDevice {
    count += 1;
    const names = new Set([...devices.values()].map((device) => device.name));
    const name = [`${hostname}.example.ts.net`, `${hostname}-1.example.ts.net`].find(
      (one) => !names.has(one),
    );
    const device = {
      nodeId: `node${count}`,
      hostname,
      name: name ?? `${hostname}-${count}.example.ts.net`,
      address: `100.64.${Math.floor(count / 250)}.${count % 250}`,
      tags: [tag],
      created: new Date(time.now()).toISOString(),
      machine,
    };
    devices.set(device.nodeId, device);
    return device;
  }

  return {
    keys,
    devices,
    add,
    secrets: new Set(),
    join(authKey, hostname, machine) {
      const key = [...keys.values()].find((one) => one.secret === authKey);
      if (key === undefined || key.expiresMs <= time.now()) return null;
      keys.delete(key.id);
      // A machine that joins again is the same node.
      const known = [...devices.values()].find((device) => device.machine === machine);
      return known ?? add(hostname, key.tag, machine);
    },
  };
}

export function createFakeTailnet(
  tailnet: FakeTailnet,
  time: FakeTime,
  machineIsOn: (machine: string) => boolean,
): Tailnet {
  let count = tailnet.secrets.size;
  const observed = (device: FakeDevice) => ({
    nodeId: device.nodeId,
    name: device.name,
    hostname: device.hostname,
    addresses: [device.address],
    tags: device.tags,
    created: device.created,
    online: device.machine === null || machineIsOn(device.machine),
  });
  return {
    devices: async (fleet) => ({
      items: [...tailnet.devices.values()]
        .filter((device) => device.tags.includes(deviceTag(fleet)))
        .map(observed),
      partial: [],
    }),
    device: async (nodeId) => {
      const device = tailnet.devices.get(nodeId);
      return device === undefined ? null : observed(device);
    },
    async createKey({ fleet, agent, seconds }) {
      count += 1;
      const id = `key${count}`;
      const secret = `tskey-auth-${id}-fakeSecret${count}`;
      const key = {
        id,
        secret,
        description: `${fleet} ${agent}`,
        tag: deviceTag(fleet),
        createdMs: time.now(),
        expiresMs: time.now() + seconds * 1000,
      };
      tailnet.keys.set(id, key);
      tailnet.secrets.add(secret);
      return { id, secret };
    },
    keys: async (fleet) =>
      [...tailnet.keys.values()]
        .filter((key) => key.description.startsWith(`${fleet} `) && key.expiresMs > time.now())
        .map(({ id, description, createdMs, expiresMs }) => ({
          id,
          description,
          created: new Date(createdMs).toISOString(),
          expires: new Date(expiresMs).toISOString(),
        })),
    revokeKey: async (id) => void tailnet.keys.delete(id),
    deleteDevice: async (nodeId) => void tailnet.devices.delete(nodeId),
  };
}
