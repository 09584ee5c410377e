/** Faults of Hetzner, of the bucket and of the tailnet: wrong answers, delays, and odd states. */
import type { Randomness } from '../../local-cloud/randomness.ts';
import { fleetPath } from '../../reconciler/core/fleet/fleet-record.ts';
import { idNo } from '../builders/world.ts';
import type { FakeServer } from '../fakes/servers.ts';
import type { Laggard } from '../fakes/unkind.ts';
import type { FakeWorld } from '../fakes/world.ts';
import { agentsMax } from './act.ts';
import type { Strike } from './strike.ts';

/** The tags of a device that was given another tag than ours. */
export const otherTag = 'tag:other';

const secondMs = 1000;
const minuteMs = 60_000;

function lags(reading: Laggard): Strike {
  return ({ world, random }) => {
    const ms = (5 + random.below(600)) * secondMs;
    world.unkind.lag(reading, ms);
    return `${reading} lags for ${ms / secondMs} s`;
  };
}

function ails(status: 'unknown' | 'initializing'): Strike {
  return ({ world, random }) => {
    const server = someServer(world, random);
    if (server === null) return null;
    server.ailing = { status, untilMs: world.time.now() + 60 * minuteMs };
    return `server ${server.id} is ${status} for an hour`;
  };
}

function someServer({ project }: FakeWorld, random: Randomness): FakeServer | null {
  const all = [...project.servers.values()];
  return all[random.below(all.length)] ?? null;
}

/** By the names of behaviours. */
export const providerFaults = {
  soldOut({ world, random }) {
    world.project.soldOut.add(`cpx12/${['fsn1', 'nbg1', 'hel1'][random.below(3)]}`);
    return 'sold out';
  },
  terraformFails({ world, random }) {
    const mishaps = ['stateNotWritten', 'tainted', 'killedMidway'] as const;
    world.terraform.mishaps.push(mishaps[random.below(3)] ?? 'tainted');
    return `terraform ${world.terraform.mishaps.at(-1)}`;
  },
  createAppearsLate({ world, random }) {
    world.terraform.lateMs = (5 + random.below(600)) * secondMs;
    world.terraform.mishaps.push('appearsLate');
    return `a create appears ${world.terraform.lateMs / secondMs} s late`;
  },
  getByIdLags: lags('serverById'),
  getByNameLags: lags('serverByName'),
  serverListLags: lags('servers'),
  deviceListLags: lags('devices'),
  bucketListLags: lags('states'),
  serverDenied({ world, random }) {
    const server = someServer(world, random);
    if (server === null) return null;
    const ms = (30 + random.below(900)) * secondMs;
    world.unkind.deny(server.id, ms);
    return `server ${server.id} is denied for ${ms / secondMs} s`;
  },
  clockWrong({ world, random }) {
    const off = [6, 90, 26 * 60, 400 * 24 * 60][random.below(4)] ?? 6;
    const minutes = random.below(2) === 0 ? off : -off;
    const ms = (1 + random.below(600)) * secondMs;
    world.unkind.skewClock(minutes * minuteMs, ms);
    return `Hetzner's clock is ${minutes} min off for ${ms / secondMs} s`;
  },
  serverUnknown: ails('unknown'),
  serverInitializing: ails('initializing'),
  serverLocked({ world, random }) {
    const server = someServer(world, random);
    if (server === null) return null;
    server.lockedUntilMs = world.time.now() + 60 * minuteMs;
    return `server ${server.id} is locked for an hour`;
  },
  hostFails({ world, random }) {
    const steps = ['boot', 'configure', 'join', 'healthy'] as const;
    const step = steps[random.below(steps.length)] ?? 'configure';
    const [times, n] = [1 + random.below(8), 1 + random.below(agentsMax)];
    world.hosts.fail(step, times, idNo(n));
    return `${step} of ${idNo(n)} fails ${times} times`;
  },
  deviceRenamed({ world, random }) {
    const { devices } = world.tailnet;
    const all = [...devices.values()];
    const [device, other] = [all[random.below(all.length)], all[random.below(all.length)]];
    if (device === undefined || other === undefined) return null;
    const hostname = random.below(3) === 0 ? 'a-laptop' : other.hostname;
    devices.set(device.nodeId, { ...device, hostname });
    return `device ${device.nodeId} calls itself ${hostname}`;
  },
  deviceExpires({ world, random }) {
    const all = [...world.tailnet.devices.values()];
    const device = all[random.below(all.length)];
    if (device === undefined) return null;
    if (random.below(3) === 0) {
      device.tags = [otherTag];
      return `device ${device.nodeId} loses its tag`;
    }
    world.tailnet.expire(device.nodeId);
    return `the key of device ${device.nodeId} ends`;
  },
  wrongToken({ world, random }) {
    // Before any is recorded, nothing identifies the project.
    if (!/^firewalls:/m.test(world.git.text(fleetPath, 'status') ?? '')) return null;
    world.unkind.misdirected = 1 + random.below(2);
    return 'the next token is another project’s';
  },
  refLags({ world, random }) {
    const branch = random.below(2) === 0 ? 'main' : 'status';
    const ms = (2 + random.below(300)) * secondMs;
    world.unkind.lagBranch(branch, ms);
    return `${branch} is served by a replica that lags ${ms / secondMs} s`;
  },
  readingsOverlap({ world, random }) {
    const ms = (1 + random.below(5)) * secondMs;
    const status =
      (['active', 'past_due', 'unpaid', 'paused'] as const)[random.below(4)] ?? 'active';
    world.unkind.whileRead(ms, (id) => {
      const before = world.stripe.subscriptions.get(id);
      if (before === undefined || before.status === 'canceled') return;
      world.stripe.subscriptions.set(id, { ...before, status });
    });
    return `a subscription becomes ${status} while it is read`;
  },
  mainRewound: rewinds('main'),
  statusRewound: rewinds('status'),
} as const satisfies Record<string, Strike>;

/** At once, or in the middle of the next run. */
function rewinds(branch: 'main' | 'status'): Strike {
  return ({ world, random }) => {
    const commits = 1 + random.below(3);
    const rewind = () => {
      if (world.git.history(branch).length > commits + 2) world.git.rewind(branch, commits);
    };
    const nth = random.below(12);
    if (nth === 0) rewind();
    else world.fault({ kind: 'meanwhile', nth, run: rewind });
    return `${branch} loses ${commits} commits${nth === 0 ? '' : ` at effect ${nth}`}`;
  };
}
