/**
 * Opens machines on this computer: leases a slot, clears what a process that died left in it, and
 * makes the network. Closing clears in the same way, so that there is one way to clear.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../reconciler/core/failure.ts';
import { removeGroup } from './cgroups.ts';
import { createDisks } from './disks.ts';
import { createMachines, type Machines } from './machines.ts';
import { type Metadata, startMetadata } from './metadata.ts';
import {
  clearNetwork,
  forwards,
  openNetwork,
  resolversOf,
  serveMetadata,
  stopForwarding,
  uplinkOf,
} from './network.ts';
import { hostsUnsupported, installPackages } from './programs.ts';
import { buildRootfs, rootfsFolder } from './rootfs.ts';
import {
  defaultSlots,
  isRouted,
  type Lease,
  leaseSlot,
  leaveForwarding,
  readRecord,
  removeRecord,
  type Slot,
  thisNetwork,
  writeRecord,
} from './slots.ts';

export type MachinesOptions = {
  /** whether missing packages are installed */
  readonly install?: boolean;
  readonly slots?: readonly Slot[];
  /** holds the root filesystem, and the disks while the machines are open */
  readonly cache?: string;
  /** receives lines for a person */
  report?(line: string): void;
};

const projectCache = join(import.meta.dirname, '../../.cache');

/** Throws `ToolMissing` for what this computer lacks, `Conflict` where no slot is free. */
export async function openMachines(options: MachinesOptions = {}): Promise<Machines> {
  if (options.install === true) await installPackages();
  const why = hostsUnsupported();
  if (why !== null) throw new Failure('ToolMissing', why);
  const cache = options.cache ?? projectCache;
  if (/[:,\\\s]/.test(cache))
    throw new Failure(
      'InvalidInput',
      `disks cannot be kept in ${cache}: it holds : , \\ or a space`,
    );
  const lease = await sweptLease(options.slots ?? defaultSlots);
  const { slot } = lease;
  const services: Metadata[] = [];
  const clear = async () => {
    for (const one of services) await one.close();
    await clearSlot(lease);
  };
  try {
    const folder = join(cache, 'hosts', slot.name);
    const rootfs = rootfsFolder(cache);
    if (!existsSync(rootfs)) {
      options.report?.('building the root filesystem of the machines: a minute, once');
      await buildRootfs(rootfs);
    }
    await writeRecord(slot, { folder, network: thisNetwork(), forwarded: forwards() });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const resolvConf = await readResolvConf();
    await openNetwork(slot, resolversOf(resolvConf));
    const disks = createDisks({ folder, rootfs, resolvConf });
    const machines = createMachines({ slot, disks, clear });
    services.push(await startMetadata(uplinkOf(slot).host, machines.find));
    for (const { endpoint } of services) await serveMetadata(slot, endpoint);
    return machines;
  } catch (thrown) {
    await clear();
    throw thrown;
  }
}

/** The first free slot. What died in it, or in one before it, is cleared. */
async function sweptLease(slots: readonly Slot[]): Promise<Lease> {
  for (const slot of slots) {
    const lease = await leaseSlot(slot);
    if (lease === null) continue;
    await sweep(lease);
    if (!(await isRouted(slot))) return lease;
    await lease.release();
  }
  const names = slots.map(({ name }) => name).join(', ');
  throw new Failure('Conflict', `no slot for machines is free on this computer, of ${names}`);
}

/** Removes whatever is there under the slot's names: each step may have been taken before. */
async function sweep({ slot }: Lease): Promise<void> {
  const record = await readRecord(slot);
  if (record === null) return;
  await removeGroup(slot.name);
  await clearNetwork(slot);
  await rm(record.folder, { recursive: true, force: true });
  const isOurs = !record.forwarded && record.network === thisNetwork();
  if (isOurs && !(await leaveForwarding(slot))) stopForwarding();
  await removeRecord(slot);
}

async function clearSlot(lease: Lease): Promise<void> {
  try {
    await sweep(lease);
  } finally {
    await lease.release();
  }
}

/** A resolver on loopback is a stub that knows the real ones. */
async function readResolvConf(): Promise<string> {
  const [usual, behindStub] = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'];
  const text = await readFile(usual, 'utf8').catch(() => '');
  if (resolversOf(text).length > 0 || !existsSync(behindStub)) return text;
  return readFile(behindStub, 'utf8');
}
