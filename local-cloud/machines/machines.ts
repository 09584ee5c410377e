/**
 * Machines that behave as servers of a cloud do: each has a disk, an address and a network of its
 * own, can be switched on and off, and boots a real system. Commands for one machine run in order;
 * machines do not wait for each other.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../../reconciler/core/failure.ts';
import { boot, consoleOf, type Halt, type Running } from './boot.ts';
import { makeGroup, memoryOf, removeGroup, whileFrozen } from './cgroups.ts';
import type { Disk, DiskSpec, Disks } from './disks.ts';
import type { Guard } from './firewall.ts';
import { connect, disconnect, guardMachines, linkOf, namespaceOf } from './network.ts';
import { coalesced, createQueues } from './order.ts';
import type { Slot } from './slots.ts';

/** How long a system may take to shut down before it loses its power. */
const shutdownLimitMs = 30_000;

type Power = {
  readonly address: string | null;
  readonly memoryBytes: number;
  /** read each time that rules are applied */
  readonly guard: () => Guard;
};

type Machine = {
  readonly id: number;
  readonly hostname: string;
  readonly address: string | null;
  readonly isOn: boolean;
  readonly boots: number;
  /** bytes that its processes use */
  readonly memory: number | null;
  /** a file with what it printed */
  readonly console: string;
};

export type HaltedBy = Exclude<Halt, 'rebooting'>;

export type Machines = {
  readonly slot: Slot;
  /** A certificate, as PEM, that the systems of machines created later trust. */
  trust(certificate: string): void;
  list(): readonly Machine[];
  /** The machine that has this address now. */
  find(address: string): DiskSpec | null;
  create(spec: DiskSpec): Promise<void>;
  powerOn(id: number, power: Power): Promise<void>;
  /** Pulls the plug. */
  powerOff(id: number): Promise<void>;
  /** Asks its system to shut down, and pulls the plug if it does not. */
  shutDown(id: number): Promise<void>;
  reboot(id: number): Promise<void>;
  /** A new disk, for a machine that is off then. */
  rebuild(spec: DiskSpec): Promise<void>;
  destroy(id: number): Promise<void>;
  snapshot(id: number, snapshot: number): Promise<void>;
  removeSnapshot(snapshot: number): Promise<void>;
  /** Applies the rules of all machines as they are now. */
  refreshGuards(): Promise<void>;
  /** called after a machine switched itself off, or could not boot */
  readonly haltListeners: ((id: number, how: HaltedBy) => void)[];
  close(): Promise<void>;
};

type Kept = {
  readonly spec: DiskSpec;
  readonly disk: Disk;
  power: Power | null;
  running: Running | null;
  boots: number;
};
type Context = {
  readonly slot: Slot;
  readonly disks: Disks;
  readonly kept: Map<number, Kept>;
  readonly onHalt: (id: number, how: HaltedBy) => void;
  readonly inOrder: <Result>(id: number, work: () => Promise<Result>) => Promise<Result>;
  readonly applyGuards: () => Promise<void>;
};

export function createMachines(options: {
  readonly slot: Slot;
  readonly disks: Disks;
  /** removes everything of the slot */
  clear(): Promise<void>;
}): Machines {
  const { slot, disks } = options;
  const haltListeners: Machines['haltListeners'] = [];
  const onHalt: Context['onHalt'] = (id, how) => {
    for (const listen of haltListeners) listen(id, how);
  };
  const kept = new Map<number, Kept>();
  const queues = createQueues();
  const applyGuards = coalesced(() => guardMachines(slot, guardedOf(kept)));
  const context: Context = { slot, disks, kept, onHalt, inOrder: queues.inOrder, applyGuards };
  const { inOrder } = queues;
  return {
    slot,
    trust: disks.trust,
    list: () => [...kept.values()].map((one) => shown(slot, one)),
    find: (address) =>
      [...kept.values()].find(({ power }) => power?.address === address)?.spec ?? null,
    create: (spec) => inOrder(spec.machine, () => create(context, spec)),
    powerOn: (id, power) => inOrder(id, () => powerOn(context, found(context, id), power)),
    powerOff: (id) => inOrder(id, () => powerOff(context, found(context, id))),
    shutDown: (id) => inOrder(id, () => shutDown(context, found(context, id))),
    reboot: (id) =>
      inOrder(id, async () => {
        const one = found(context, id);
        const { power } = one;
        await shutDown(context, one);
        if (power !== null) await powerOn(context, one, power);
      }),
    rebuild: (spec) =>
      inOrder(spec.machine, async () => {
        await destroy(context, found(context, spec.machine));
        await create(context, spec);
      }),
    destroy: (id) => inOrder(id, () => destroy(context, found(context, id))),
    snapshot: (id, snapshot) =>
      inOrder(id, () => {
        const copy = () => disks.snapshot(found(context, id).disk, snapshot);
        return whileFrozen(`${slot.name}/${id}`, copy);
      }),
    removeSnapshot: (snapshot) => disks.removeSnapshot(snapshot),
    refreshGuards: applyGuards,
    haltListeners,
    async close() {
      const off = [...kept.values()].map((one) =>
        inOrder(one.spec.machine, () => powerOff(context, one)),
      );
      await Promise.allSettled(off);
      await queues.end();
      await options.clear();
    },
  };
}

function shown({ name }: Slot, { spec, disk, power, running, boots }: Kept): Machine {
  return {
    id: spec.machine,
    hostname: spec.hostname,
    address: power?.address ?? null,
    isOn: running !== null,
    boots,
    memory: running === null ? null : memoryOf(`${name}/${spec.machine}`),
    console: consoleOf(disk),
  };
}

function found({ kept }: Context, id: number): Kept {
  const one = kept.get(id);
  if (one === undefined) throw new Failure('NotFound', `there is no machine ${id}`);
  return one;
}

async function create({ disks, kept }: Context, spec: DiskSpec): Promise<void> {
  if (kept.has(spec.machine)) throw new Failure('Conflict', `machine ${spec.machine} exists`);
  const disk = await disks.create(spec);
  kept.set(spec.machine, { spec, disk, power: null, running: null, boots: 0 });
}

/** Its rules hold before it is connected, and it is connected before it runs. */
async function powerOn(context: Context, one: Kept, power: Power): Promise<void> {
  if (one.running !== null) return;
  const { slot, applyGuards } = context;
  const id = one.spec.machine;
  one.power = power;
  await applyGuards();
  await connect(slot, id, power.address);
  const groups = await makeGroup(slot.name, String(id), power.memoryBytes);
  const running = boot({
    disk: one.disk,
    hostname: one.spec.hostname,
    namespace: namespaceOf(slot, id),
    groups,
  });
  one.running = running;
  one.boots += 1;
  running.halt.then((how) => {
    // Otherwise a command ended it.
    if (one.running !== running) return;
    context
      .inOrder(id, async () => {
        if (one.running !== running) return;
        await powerOff(context, one);
        if (how === 'rebooting') await powerOn(context, one, power);
        else context.onHalt(id, how);
      })
      .catch(() => context.onHalt(id, 'failed'));
  });
}

async function powerOff({ slot, applyGuards }: Context, one: Kept): Promise<void> {
  const { running } = one;
  const id = one.spec.machine;
  one.running = null;
  one.power = null;
  await removeGroup(`${slot.name}/${id}`);
  await running?.halt;
  await disconnect(slot, id);
  await applyGuards();
}

async function shutDown(context: Context, one: Kept): Promise<void> {
  const { running } = one;
  if (running !== null) {
    one.running = null;
    running.askToHalt();
    const overdue = new AbortController();
    const limit = pause(shutdownLimitMs, undefined, { signal: overdue.signal }).catch(() => {});
    await Promise.race([running.halt, limit]);
    overdue.abort();
    one.running = running;
  }
  await powerOff(context, one);
}

async function destroy(context: Context, one: Kept): Promise<void> {
  await powerOff(context, one);
  await context.disks.remove(one.disk);
  context.kept.delete(one.spec.machine);
}

function guardedOf(kept: ReadonlyMap<number, Kept>) {
  return [...kept.values()].flatMap(({ spec, power }) =>
    power === null || power.address === null
      ? []
      : [{ link: linkOf(spec.machine), address: power.address, guard: power.guard() }],
  );
}
