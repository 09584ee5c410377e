/** One tailnet of the world: its keys and devices, and how a machine joins it. */
import type { WorldClock } from '../clock.ts';
import type { Randomness } from '../randomness.ts';

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
  /** the machine behind it: the same one comes back as the same device */
  readonly machine: string;
  readonly hostname: string;
  readonly name: string;
  readonly address: string;
  tags: readonly string[];
  readonly ephemeral: boolean;
  authorized: boolean;
  readonly created: number;
  lastSeen: number;
  online: boolean;
  keyExpiryDisabled: boolean;
};

export type Tailnet = {
  readonly keys: Map<string, AuthKey>;
  readonly devices: Map<string, Device>;
  /** null for a key that is unknown, spent, revoked or expired */
  join(request: {
    readonly authKey: string;
    readonly hostname: string;
    readonly machine: string;
  }): Device | null;
  setOnline(machine: string, online: boolean): void;
  forgetMachine(machine: string): void;
};

/** The real one waits longer; an ephemeral device that is offline goes at the earliest. */
const ephemeralMs = 30 * 60_000;
const domain = 'tail5a1e7.ts.net';

export function createTailnet(options: {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
}): Tailnet {
  const { clock, randomness } = options;
  const keys = new Map<string, AuthKey>();
  const devices = new Map<string, Device>();
  let joined = 0;

  function spend(authKey: string): AuthKey | null {
    const key = [...keys.values()].find((one) => one.secret === authKey);
    if (
      key === undefined ||
      key.revoked !== null ||
      clock.now() >= key.expires ||
      (key.used && !key.reusable)
    )
      return null;
    key.used = true;
    return key;
  }

  return {
    keys,
    devices,
    join({ authKey, hostname, machine }) {
      const known = [...devices.values()].find((one) => one.machine === machine);
      if (known !== undefined) {
        known.online = true;
        return known;
      }
      const key = spend(authKey);
      if (key === null) return null;
      joined += 1;
      const device: Device = {
        id: String(4_000_000_000 + randomness.below(1_000_000_000) + joined),
        nodeId: `n${randomness.token(10)}CNTRL`,
        machine,
        hostname,
        name: `${freeName(devices, hostname)}.${domain}`,
        address: `100.64.${(joined >> 8) & 255}.${joined & 255}`,
        tags: key.tags,
        ephemeral: key.ephemeral,
        authorized: key.preauthorized,
        created: clock.now(),
        lastSeen: clock.now(),
        online: true,
        keyExpiryDisabled: key.tags.length > 0,
      };
      devices.set(device.nodeId, device);
      return device;
    },
    setOnline(machine, online) {
      for (const device of devices.values()) {
        if (device.machine !== machine || device.online === online) continue;
        device.online = online;
        device.lastSeen = clock.now();
        if (online || !device.ephemeral) continue;
        clock.after(ephemeralMs, () => {
          if (!device.online) devices.delete(device.nodeId);
        });
      }
    },
    // A machine that is gone leaves its device behind, offline: nobody told the tailnet.
    forgetMachine(machine) {
      this.setOnline(machine, false);
    },
  };
}

/** Two devices that ask for one hostname get `name` and `name-1`. */
function freeName(devices: ReadonlyMap<string, Device>, hostname: string): string {
  const taken = new Set([...devices.values()].map((one) => one.name.split('.')[0]));
  if (!taken.has(hostname)) return hostname;
  let n = 1;
  while (taken.has(`${hostname}-${n}`)) n += 1;
  return `${hostname}-${n}`;
}
