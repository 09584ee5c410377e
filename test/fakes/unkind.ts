/**
 * The delays and errors of the real world: readings from an outdated copy, servers that are denied
 * for a while, answers of Stripe that are outdated when they arrive. All are off by default, and
 * each ends by itself.
 */
import { labelNames } from '../../reconciler/core/fleet/observed.ts';
import type { Billing } from '../../reconciler/ports/billing.ts';
import type { Cloud } from '../../reconciler/ports/cloud.ts';
import type { Listing } from '../../reconciler/ports/listing.ts';
import type { States } from '../../reconciler/ports/states.ts';
import type { Tailnet } from '../../reconciler/ports/tailnet.ts';
import type { FakeBucket } from './bucket.ts';
import type { FakeGit } from './git.ts';
import type { Process } from './process.ts';
import type { FakeProject } from './servers.ts';
import type { FakeDevice, FakeTailnet } from './tailnet.ts';
import type { FakeTime } from './time.ts';

/** The readings that may be answered from an outdated copy for a while. */
const laggards = ['serverById', 'serverByName', 'servers', 'devices', 'states'] as const;
export type Laggard = (typeof laggards)[number];

export type Unkind = {
  /** For so long such a reading is answered as of now. */
  lag(reading: Laggard, ms: number): void;
  /** For so long a branch is served as it is now. */
  lagBranch(branch: string, ms: number): void;
  /** For so long a server is found neither by its id nor by its name nor in a listing. */
  deny(server: string, ms: number): void;
  /** For so long the `Date` of Hetzner's answers is so far off. */
  skewClock(skewMs: number, ms: number): void;
  /** The next reading of a subscription takes so long, and this happens meanwhile. */
  whileRead(ms: number, happens: (subscription: string) => void): void;
  /** the tip of a branch as it is served; null where there is none */
  served(branch: string): string | null;
  /** whether a listing of servers contains it, as far as delays and denials go */
  lists(server: string): boolean;
  /** how many of the next runs have a token for another project */
  misdirected: number;
  /** listings that no run may have trusted */
  unbelievable: number;
  calm(): void;
  /** devices that the flows deleted, with the tips of git at that moment */
  readonly removedDevices: readonly RemovedDevice[];
  /** Ports that answer so. */
  cloud(real: Cloud, project: FakeProject): Cloud;
  tailnet(real: Tailnet): Tailnet;
  states(real: States): States;
  billing(real: Billing, process: Process): Billing;
};
export type RemovedDevice = {
  readonly device: FakeDevice;
  readonly main: string | null;
  readonly status: string | null;
};
type Parts = {
  readonly time: FakeTime;
  readonly git: FakeGit;
  readonly project: FakeProject;
  readonly tailnet: FakeTailnet;
  readonly bucket: FakeBucket;
};
type Copies = {
  readonly servers: ReturnType<FakeProject['observed']>[];
  readonly devices: ReadonlySet<string>;
  readonly states: ReadonlySet<string>;
};

export function createUnkind(parts: Parts): Unkind {
  const { time, git } = parts;
  const copies = createUntil<Copies>(time);
  const tips = createUntil<string | null>(time);
  const denied = createUntil<true>(time);
  const skews = createUntil<number>(time);
  const removedDevices: RemovedDevice[] = [];
  const slow: { readonly ms: number; readonly happens: (subscription: string) => void }[] = [];
  return {
    lag: (reading, ms) => copies.set(reading, copyOf(parts), ms),
    lagBranch: (branch, ms) => tips.set(branch, git.branches.get(branch) ?? null, ms),
    deny: (server, ms) => denied.set(server, true, ms),
    skewClock: (skewMs, ms) => skews.set('cloud', skewMs, ms),
    whileRead: (ms, happens) => void slow.push({ ms, happens }),
    served: (branch) => tips.get(branch) ?? git.branches.get(branch) ?? null,
    lists: (server) => denied.get(server) === undefined && copies.get('servers') === undefined,
    calm() {
      for (const one of [copies, tips, denied, skews]) one.clear();
      slow.length = 0;
      this.misdirected = 0;
    },
    cloud: (real, project) =>
      project === parts.project
        ? {
            ...laggingCloud(real, copies, (id) => denied.get(id) === true),
            now: async () => (await real.now()) + (skews.get('cloud') ?? 0),
          }
        : real,
    misdirected: 0,
    unbelievable: 0,
    removedDevices,
    tailnet: (real) => ({
      ...real,
      async deleteDevice(nodeId) {
        const device = parts.tailnet.devices.get(nodeId);
        const [main, status] = ['main', 'status'].map((one) => git.branches.get(one) ?? null);
        if (device !== undefined)
          removedDevices.push({ device, main: main ?? null, status: status ?? null });
        await real.deleteDevice(nodeId);
      },
      // Gone resources are not invented: only new ones are missing.
      devices: async (fleet) =>
        shortened(await real.devices(fleet), ({ nodeId }) =>
          copies.get('devices')?.devices.has(nodeId),
        ),
    }),
    states: (real) => ({
      ...real,
      list: async (prefix) =>
        shortened(await real.list(prefix), ({ key }) => copies.get('states')?.states.has(key)),
    }),
    billing: (real, process) => ({
      ...real,
      async subscription(id) {
        const before = await real.subscription(id);
        const one = slow.shift();
        if (one === undefined) return before;
        one.happens(id);
        await time.wait(one.ms, process);
        return before;
      },
    }),
  };
}

function copyOf({ project, tailnet, bucket }: Parts): Copies {
  const servers = [...project.servers.values()].filter(project.isVisible).map(project.observed);
  return {
    servers,
    devices: new Set(tailnet.devices.keys()),
    states: new Set(bucket.states.keys()),
  };
}

function laggingCloud(
  real: Cloud,
  copies: Until<Copies>,
  isDenied: (id: string) => boolean,
): Cloud {
  return {
    ...real,
    async servers(fleet) {
      const now = await real.servers(fleet);
      const copy = copies.get('servers')?.servers;
      const ours = copy?.filter(({ labels }) => labels[labelNames.fleet] === fleet);
      return { ...now, items: (ours ?? now.items).filter(({ id }) => !isDenied(id)) };
    },
    async serversOf(fleet, agent) {
      const now = await real.serversOf(fleet, agent);
      const copy = copies.get('servers')?.servers;
      const ours = copy?.filter(
        ({ labels }) => labels[labelNames.fleet] === fleet && labels[labelNames.agent] === agent,
      );
      return (ours ?? now).filter(({ id }) => !isDenied(id));
    },
    async server(id) {
      const now = await real.server(id);
      const copy = copies.get('serverById')?.servers;
      if (isDenied(id)) return null;
      return copy === undefined ? now : (copy.find((one) => one.id === id) ?? null);
    },
    async serverByName(name) {
      const now = await real.serverByName(name);
      const copy = copies.get('serverByName')?.servers;
      const found = copy === undefined ? now : (copy.find((one) => one.name === name) ?? null);
      return found === null || isDenied(found.id) ? null : found;
    },
  };
}

function shortened<Item>(
  listing: Listing<Item>,
  isKnown: (item: Item) => boolean | undefined,
): Listing<Item> {
  return { ...listing, items: listing.items.filter((item) => isKnown(item) !== false) };
}

type Until<Value> = {
  set(name: string, value: Value, ms: number): void;
  get(name: string): Value | undefined;
  clear(): void;
};

/** Values that are forgotten when their time has passed. */
function createUntil<Value>(time: FakeTime): Until<Value> {
  const values = new Map<string, { readonly value: Value; readonly untilMs: number }>();
  return {
    set: (name, value, ms) => void values.set(name, { value, untilMs: time.now() + ms }),
    get(name) {
      const found = values.get(name);
      return found === undefined || found.untilMs <= time.now() ? undefined : found.value;
    },
    clear: () => values.clear(),
  };
}
