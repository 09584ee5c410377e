/**
 * A slot: the names and addresses of one instance of machines on this computer. Instances at the
 * same time hold different slots.
 *
 * A slot is leased by a lock of the kernel (flock) that a child process holds for as long as its
 * input stays open. So the lease ends with this process, however that ends, and what the process left
 * then is swept by the next one that takes the slot.
 */
import { spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../reconciler/core/failure.ts';
import { run } from './programs.ts';
import { overlaps } from './ranges.ts';

export type Slot = {
  /** prefix of everything that the instance makes; at most 9 characters */
  readonly name: string;
  /** addresses of its machines */
  readonly range: string;
  /** four addresses that connect its network with this computer */
  readonly uplink: string;
};

type Named = Pick<Slot, 'name'>;

/** What has to be known to clear a slot whose process is gone. */
type SlotRecord = {
  /** disks and logs of its machines */
  readonly folder: string;
  /** the kernel's name of the network that the process was in */
  readonly network: string;
  /** whether that network forwarded packets before */
  readonly forwarded: boolean;
};

export type Lease = { readonly slot: Slot; release(): Promise<void> };

/** Of the ranges for documentation (RFC 5737), which are in use nowhere else. */
export const defaultSlots: readonly Slot[] = [0, 1, 2, 3].map((n) => ({
  name: `aura${n}`,
  range: `198.51.100.${n * 64}/26`,
  uplink: `203.0.113.${4 + n * 4}/30`,
}));

const folder = '/run/aura-hosts';
const heldElsewhere = 75;

/** Null while another process holds it. */
export async function leaseSlot(slot: Slot): Promise<Lease | null> {
  await mkdir(folder, { recursive: true });
  const lock = join(folder, `${slot.name}.lock`);
  const held = 'echo held; exec cat';
  const args = ['--nonblock', '--conflict-exit-code', String(heldElsewhere), lock];
  // A session of its own: Ctrl-C ends the lease last, when this process ends.
  const child = spawn('flock', [...args, 'sh', '-c', held], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', (code) => resolve(code));
  });
  const isHeld = new Promise<'held'>((resolve) => child.stdout.once('data', () => resolve('held')));
  const first = await Promise.race([isHeld, ended]);
  if (first === 'held') {
    child.stdin.on('error', () => {});
    child.unref();
    return {
      slot,
      async release() {
        child.ref();
        child.stdin.end();
        await ended;
      },
    };
  }
  if (first === heldElsewhere) return null;
  throw new Failure('ToolMissing', `flock could not lock ${lock}`);
}

/** Null for a slot in which nothing was begun. */
export async function readRecord({ name }: Named): Promise<SlotRecord | null> {
  try {
    return JSON.parse(await readFile(recordFile(name), 'utf8')) as SlotRecord;
  } catch {
    return null;
  }
}

/** Before anything of the slot is made. */
export async function writeRecord({ name }: Named, record: SlotRecord): Promise<void> {
  const draft = `${recordFile(name)}.draft`;
  await writeFile(draft, JSON.stringify(record));
  await rename(draft, recordFile(name));
}

/**
 * Whether another slot of this network is in use, which then has to end the forwarding of packets: it
 * began after this one had turned it on.
 */
export async function leaveForwarding({ name }: Named): Promise<boolean> {
  for (const file of (await readdir(folder)).filter((one) => one.endsWith('.json'))) {
    const heir = { name: file.replace(/\.json$/, '') };
    const record = heir.name === name ? null : await readRecord(heir);
    if (record === null || record.network !== thisNetwork()) continue;
    await writeRecord(heir, { ...record, forwarded: false });
    return true;
  }
  return false;
}

/** Processes in different network namespaces share folders and not interfaces. */
export function thisNetwork(): string {
  return readlinkSync('/proc/self/ns/net');
}

/** After everything of the slot is gone. */
export function removeRecord({ name }: Named): Promise<void> {
  return rm(recordFile(name), { force: true });
}

function recordFile(name: string): string {
  return join(folder, `${name}.json`);
}

/** Whether this computer already has a route to one of its addresses. */
export async function isRouted(slot: Slot): Promise<boolean> {
  const routes = JSON.parse(await run('ip', ['-4', '-j', 'route'])) as { dst: string }[];
  return routes
    .filter(({ dst }) => dst !== 'default')
    .some(({ dst }) => [slot.range, slot.uplink].some((one) => overlaps(one, dst)));
}
