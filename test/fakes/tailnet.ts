/**
 * A tailnet in memory: keys that are used once, devices that stay until they are deleted. As the
 * real one it names the second device of a name `-1`, accepts any hostname, and its listing may be
 * outdated.
 */
import { Failure } from '../../reconciler/core/failure.ts';
import {
  deviceTag,
  isAgentDevice,
  type ObservedDevice,
  runTag,
} from '../../reconciler/core/fleet/observed.ts';
import type { Tailnet } from '../../reconciler/ports/tailnet.ts';
import type { FakeTime } from './time.ts';

type FakeKey = {
  readonly id: string;
  readonly secret: string;
  readonly description: string;
  readonly tag: string;
  readonly createdMs: number;
  readonly expiresMs: number;
};
export type FakeDevice = {
  readonly nodeId: string;
  /** the hostname of its machine */
  hostname: string;
  name: string;
  /** by the API: it no longer follows the hostname */
  nameIsSet?: boolean;
  readonly address: string;
  tags: readonly string[];
  readonly created: string;
  /** id of the server it runs on; null where a test put it there */
  readonly machine: string | null;
  /** its key does expire */
  keyExpires?: boolean;
  /** its key has expired since then: it is offline until it joins with another */
  expiredMs?: number;
};

export type FakeTailnet = {
  readonly keys: Map<string, FakeKey>;
  readonly devices: Map<string, FakeDevice>;
  /** null where the key is unknown, spent or expired; a machine that is in already needs none */
  join(authKey: string, hostname: string, machine: string): FakeDevice | null;
  /** a device, however it came there */
  add(hostname: string, tag: string, machine?: string | null): FakeDevice;
  /** Its key expires: it is offline from now on. */
  expire(nodeId: string): void;
  /** The machine changes its hostname; its name follows where the API has set none. */
  renameItself(nodeId: string, hostname: string): void;
  /** whether the keys of devices that join expire, unlike those of tagged devices at Tailscale */
  keysExpire: boolean;
  /** The listing lacks devices this young, and still has what the API deleted so long ago. */
  lagMs: number;
  /** For so long a device is still connected after its machine went or was switched off. */
  offlineAfterMs: number;
  /** what the API deleted, and when */
  readonly deleted: { readonly device: FakeDevice; readonly atMs: number }[];
  /** Every secret that was ever issued. */
  readonly secrets: Set<string>;
};

export function createTailnet(time: FakeTime): FakeTailnet {
  const keys = new Map<string, FakeKey>();
  const devices = new Map<string, FakeDevice>();
  let count = 0;

  function add(hostname: string, tag: string, machine: string | null = null): FakeDevice {
    count += 1;
    const device: FakeDevice = {
      nodeId: `node${count}`,
      hostname,
      name: freeName(devices, hostname),
      address: `100.64.${Math.floor(count / 250)}.${count % 250}`,
      tags: [tag],
      created: new Date(time.now()).toISOString(),
      machine,
    };
    devices.set(device.nodeId, device);
    return device;
  }

  function renameItself(nodeId: string, hostname: string): void {
    const device = devices.get(nodeId);
    if (device === undefined || device.hostname === hostname) return;
    device.hostname = hostname;
    if (device.nameIsSet !== true) device.name = freeName(devices, hostname, nodeId);
  }

  const tailnet: FakeTailnet = {
    keys,
    devices,
    add,
    renameItself,
    expire(nodeId) {
      const device = devices.get(nodeId);
      if (device !== undefined) device.expiredMs ??= time.now();
    },
    keysExpire: false,
    lagMs: 0,
    offlineAfterMs: 0,
    deleted: [],
    secrets: new Set(),
    join(authKey, hostname, machine) {
      const known = [...devices.values()].find((device) => device.machine === machine);
      const key = [...keys.values()].find((one) => one.secret === authKey);
      const isGood = key !== undefined && key.expiresMs > time.now();
      if (known === undefined) {
        if (!isGood) return null;
        keys.delete(key.id);
        const device = add(hostname, key.tag, machine);
        if (tailnet.keysExpire) device.keyExpires = true;
        return device;
      }
      // A machine that joins again is the same node, and uses a key only where it needs one.
      if (known.expiredMs !== undefined && !isGood) return null;
      if (isGood && (known.expiredMs !== undefined || !known.tags.includes(key.tag))) {
        keys.delete(key.id);
        known.tags = [key.tag];
        delete known.expiredMs;
      }
      renameItself(known.nodeId, hostname);
      return known;
    },
  };
  return tailnet;
}

function freeName(
  devices: ReadonlyMap<string, FakeDevice>,
  wanted: string,
  nodeId?: string,
): string {
  const taken = new Set<string>();
  for (const device of devices.values()) if (device.nodeId !== nodeId) taken.add(device.name);
  const names = [wanted, ...Array.from(taken, (_, n) => `${wanted}-${n + 1}`)];
  const free = names.map((name) => `${name}.example.ts.net`).find((name) => !taken.has(name));
  return free ?? `${wanted}.example.ts.net`;
}

export function createFakeTailnet(
  tailnet: FakeTailnet,
  time: FakeTime,
  wasOnSince: (machine: string, sinceMs: number) => boolean,
): Tailnet {
  let count = tailnet.secrets.size;
  const isOnline = ({ machine, expiredMs }: FakeDevice) =>
    expiredMs === undefined &&
    (machine === null || wasOnSince(machine, time.now() - tailnet.offlineAfterMs));
  const observed = (device: FakeDevice): ObservedDevice => ({
    nodeId: device.nodeId,
    name: device.name,
    hostname: device.hostname,
    addresses: [device.address],
    tags: device.tags,
    created: device.created,
    online: isOnline(device),
    lastSeen: isOnline(device) ? null : lastSeenOf(device),
    keyExpires: device.keyExpires === true,
  });
  return {
    devices: async (fleet) => ({
      items: listed(tailnet, time.now())
        .filter((device) => isAgentDevice(device, fleet))
        .map(observed),
      partial: [],
    }),
    nodeIds: async (fleet) =>
      listed(tailnet, time.now())
        .filter(({ tags }) => !tags.includes(runTag(fleet)))
        .map(({ nodeId }) => nodeId)
        .sort(),
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
      return { id, secret, created: new Date(key.createdMs).toISOString() };
    },
    async createRunKey() {
      throw new Failure('Bug', 'the fake configurator joins without a key');
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
    async rename(nodeId, name) {
      const device = tailnet.devices.get(nodeId);
      if (device === undefined) throw new Failure('NotFound', `no device ${nodeId}`);
      device.name = freeName(tailnet.devices, name, nodeId);
      device.nameIsSet = true;
    },
    async setTags(nodeId, tags) {
      const device = tailnet.devices.get(nodeId);
      if (device === undefined) throw new Failure('NotFound', `no device ${nodeId}`);
      device.tags = tags;
    },
    allows: async ({ from, to, port }) =>
      from.endsWith('-ci') && !to.endsWith('-isolated') && port !== 18789,
    async disableKeyExpiry(nodeId) {
      const device = tailnet.devices.get(nodeId);
      if (device === undefined) throw new Failure('NotFound', `no device ${nodeId}`);
      device.keyExpires = false;
    },
    async deleteDevice(nodeId) {
      const device = tailnet.devices.get(nodeId);
      if (device === undefined) return;
      tailnet.devices.delete(nodeId);
      tailnet.deleted.push({ device, atMs: time.now() });
    },
  };
}

/** The last state of a machine that was switched off is not kept here. */
function lastSeenOf({ created, expiredMs }: FakeDevice): string {
  return expiredMs === undefined ? created : new Date(expiredMs).toISOString();
}

function listed({ devices, deleted, lagMs }: FakeTailnet, nowMs: number): readonly FakeDevice[] {
  const there = [...devices.values()];
  if (lagMs === 0) return there;
  const seenMs = nowMs - lagMs;
  return [
    ...there.filter(({ created }) => Date.parse(created) <= seenMs),
    ...deleted.filter(({ atMs }) => atMs > seenMs).map(({ device }) => device),
  ];
}
