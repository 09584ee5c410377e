/** One tailnet of the world: its policy, keys and devices, and how a machine joins it. */
import type { WorldClock } from '../clock.ts';
import type { Randomness } from '../randomness.ts';
import { type Policy, parsePolicy } from './policy.ts';

export type AuthKey = {
  readonly id: string;
  readonly secret: string;
  readonly description: string;
  readonly created: number;
  readonly expires: number;
  readonly reusable: boolean;
  readonly ephemeral: boolean;
  readonly preauthorized: boolean;
  readonly tags: readonly string[];
  revoked: number | null;
  used: boolean;
};

export type Device = {
  readonly id: string;
  readonly nodeId: string;
  /** its machine, which stays the same device when it joins again */
  readonly machine: string;
  /** the machine's hostname */
  hostname: string;
  name: string;
  /** the name was set by the API, and does not follow the hostname */
  nameIsSet: boolean;
  address: string;
  readonly ipv6: string;
  tags: readonly string[];
  readonly ephemeral: boolean;
  authorized: boolean;
  readonly created: number;
  lastSeen: number;
  online: boolean;
  keyExpiryDisabled: boolean;
  expires: number;
  enabledRoutes: readonly string[];
  readonly advertisedRoutes: readonly string[];
};

type Joining = {
  readonly authKey: string;
  readonly hostname: string;
  readonly machine: string;
  readonly advertisedRoutes?: readonly string[];
};

export type Tailnet = {
  readonly keys: Map<string, AuthKey>;
  readonly devices: Map<string, Device>;
  policy: Policy;
  /** by either of its ids */
  device(id: string): Device | undefined;
  /** of a machine that has joined and whose device was not deleted */
  ofMachine(machine: string): Device | undefined;
  ofAddress(address: string): Device | undefined;
  /** changes a machine's hostname without a key; the name follows unless the API set one */
  setHostname(device: Device, hostname: string): void;
  /**
   * null for a key that is unknown, spent, revoked or expired. A machine that has joined needs no
   * key, and takes the tags of a valid one.
   */
  join(request: Joining): Device | null;
  setOnline(machine: string, online: boolean): void;
  /** Expires its key: it is offline until it joins with another one. */
  expire(device: Device): void;
  forgetMachine(machine: string): void;
  /** the full name of a device: `name`, or `name-1` where that is taken */
  freeName(wanted: string, own?: Device): string;
};

/** The real one waits longer before it removes an ephemeral device that is offline. */
const ephemeralMs = 30 * 60_000;
const keyLifeMs = 180 * 86_400_000;
export const domain = 'tail5a1e7.ts.net';

export function createTailnet(options: {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  /** tags that have an owner in the first policy file */
  readonly tags: readonly string[];
}): Tailnet {
  const { clock, randomness } = options;
  const keys = new Map<string, AuthKey>();
  const devices = new Map<string, Device>();
  const index = createIndex(devices);
  let joined = 0;

  function join({ authKey, hostname, machine, advertisedRoutes = [] }: Joining): Device | null {
    const known = index.ofMachine(machine);
    const found = keys.get(/^tskey-auth-(k\w+CNTRL)-/.exec(authKey)?.[1] ?? '');
    const isGood = found?.secret === authKey && !isSpent(found, clock.now());
    const key = isGood ? found : undefined;
    if (known !== undefined && !comesBack(known, key, clock.now())) return null;
    if (known !== undefined) index.setHostname(known, hostname);
    if (known !== undefined || key === undefined) return known ?? null;
    key.used = true;
    joined += 1;
    const device: Device = {
      id: String(4_000_000_000 + randomness.below(1_000_000_000) + joined),
      nodeId: `n${randomness.token(10)}CNTRL`,
      machine,
      hostname,
      name: index.freeName(hostname),
      nameIsSet: false,
      ...addressesOf(joined),
      ...grantedBy(key, clock.now()),
      online: true,
      enabledRoutes: [],
      advertisedRoutes,
    };
    devices.set(device.nodeId, device);
    index.add(device);
    return device;
  }

  function setOnline(machine: string, online: boolean): void {
    const device = index.ofMachine(machine);
    if (device === undefined || device.online === online) return;
    if (online && isExpired(device, clock.now())) return;
    device.online = online;
    device.lastSeen = clock.now();
    if (online || !device.ephemeral) return;
    const { lastSeen } = device;
    clock.after(ephemeralMs, () => {
      if (!device.online && device.lastSeen === lastSeen) devices.delete(device.nodeId);
    });
  }

  return {
    keys,
    devices,
    policy: parsePolicy(firstPolicy(options.tags)),
    device: (id) => devices.get(id) ?? index.ofId(id),
    ofMachine: index.ofMachine,
    ofAddress: (address) => [...devices.values()].find((device) => device.address === address),
    setHostname: index.setHostname,
    join,
    setOnline,
    expire: (device) => endKey(device, clock.now(), setOnline),
    // The device of a deleted machine remains, offline.
    forgetMachine: (machine) => setOnline(machine, false),
    freeName: index.freeName,
  };
}

function endKey(device: Device, nowMs: number, setOnline: Tailnet['setOnline']): void {
  device.expires = nowMs;
  device.keyExpiryDisabled = false;
  setOnline(device.machine, false);
}

/**
 * A machine that has joined needs a key only once its own has expired. A key sets its tags again.
 */
function comesBack(known: Device, key: AuthKey | undefined, nowMs: number): boolean {
  const isOut = isExpired(known, nowMs);
  if (isOut && key === undefined) return false;
  if (key !== undefined && (isOut || key.tags.join() !== known.tags.join())) {
    key.used = true;
    const { created: _first, ephemeral: _kept, ...granted } = grantedBy(key, nowMs);
    Object.assign(known, granted);
  }
  known.online = true;
  return true;
}

/** What a key gives to the device that joins with it. */
function grantedBy({ tags, ephemeral, preauthorized }: AuthKey, nowMs: number) {
  return {
    tags,
    ephemeral,
    authorized: preauthorized,
    created: nowMs,
    lastSeen: nowMs,
    keyExpiryDisabled: tags.length > 0,
    expires: nowMs + keyLifeMs,
  };
}

export function isSpent(key: AuthKey, nowMs: number): boolean {
  return key.revoked !== null || nowMs >= key.expires || (key.used && !key.reusable);
}

function isExpired({ keyExpiryDisabled, expires }: Device, nowMs: number): boolean {
  return !keyExpiryDisabled && nowMs >= expires;
}

/** From the shared range of carriers (RFC 6598), and from the IPv6 range of tailnets. */
function addressesOf(n: number): { readonly address: string; readonly ipv6: string } {
  return {
    address: `100.${64 + ((n >> 16) & 63)}.${(n >> 8) & 255}.${n & 255}`,
    ipv6: `fd7a:115c:a1e0::${((n >> 16) + 1).toString(16)}:${(n & 0xffff).toString(16)}`,
  };
}

/** Indexes by machine, number and name. A device that is removed from the map is in no index. */
function createIndex(devices: ReadonlyMap<string, Device>) {
  const byMachine = new Map<string, Device>();
  const byId = new Map<string, Device>();
  const byName = new Map<string, Device>();
  const live = (device: Device | undefined) =>
    device !== undefined && devices.get(device.nodeId) === device ? device : undefined;
  const isTaken = (name: string, own: Device | undefined) => {
    const holder = live(byName.get(name));
    return holder !== undefined && holder !== own && holder.name === name;
  };
  function freeName(wanted: string, own?: Device): string {
    let name = `${wanted}.${domain}`;
    for (let n = 1; isTaken(name, own); n += 1) name = `${wanted}-${n}.${domain}`;
    if (own !== undefined) byName.set(name, own);
    return name;
  }
  return {
    ofMachine: (machine: string) => live(byMachine.get(machine)),
    ofId: (id: string) => live(byId.get(id)),
    add(device: Device): void {
      byMachine.set(device.machine, device);
      byId.set(device.id, device);
      byName.set(device.name, device);
    },
    freeName,
    setHostname(device: Device, hostname: string): void {
      if (device.hostname === hostname) return;
      device.hostname = hostname;
      if (!device.nameIsSet) device.name = freeName(hostname, device);
    },
  };
}

/** No device reaches another yet. */
function firstPolicy(tags: readonly string[]): string {
  const tagOwners = Object.fromEntries(tags.map((tag) => [tag, ['autogroup:admin']]));
  return `// Who may give a tag, and who reaches whom.\n${JSON.stringify({ tagOwners, grants: [] }, null, 2)}\n`;
}
