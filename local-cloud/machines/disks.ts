/**
 * Disks of machines: a layer of changes over the root filesystem, or over that of a snapshot. A
 * snapshot is a copy of a disk's layer, and is kept as long as a disk or another snapshot is made
 * over it.
 *
 * /var/lib/docker is a folder outside of the layer: container runtimes have layers of their own,
 * which the kernel does not stack on others.
 */
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../reconciler/core/failure.ts';
import { run } from './programs.ts';

const copyLimitMs = 10 * 60_000;

export type DiskSpec = {
  readonly machine: number;
  readonly hostname: string;
  /** null: the root filesystem alone */
  readonly snapshot: number | null;
  readonly userData: string;
  readonly publicKeys: readonly string[];
};
export type Disk = {
  readonly folder: string;
  /** folders below it, the topmost first */
  readonly layers: readonly string[];
};

export type Disks = {
  /** A certificate, as PEM, that the systems of all later disks trust. */
  trust(certificate: string): void;
  create(spec: DiskSpec): Promise<Disk>;
  remove(disk: Disk): Promise<void>;
  /** The machine has to be off, or frozen. */
  snapshot(disk: Disk, snapshot: number): Promise<void>;
  removeSnapshot(snapshot: number): Promise<void>;
};

export function createDisks(options: {
  readonly folder: string;
  readonly rootfs: string;
  readonly resolvConf: string;
}): Disks {
  const { folder, rootfs, resolvConf } = options;
  const disks = new Set<Disk>();
  const snapshots = new Map<number, Disk>();
  /** deleted by their owner, and still below others */
  const deleted = new Set<Disk>();
  let trusted = '';

  const isBelow = (one: Disk) =>
    [...disks, ...snapshots.values(), ...deleted].some((other) =>
      other.layers.includes(layerOf(one)),
    );
  async function clearDeleted(): Promise<void> {
    // The ones on top first: a snapshot may be kept only by a later one.
    for (const one of [...deleted].reverse()) {
      if (isBelow(one)) continue;
      deleted.delete(one);
      await rm(one.folder, { recursive: true, force: true });
    }
  }
  return {
    trust(certificate) {
      trusted += certificate;
    },
    async create(spec) {
      const from = spec.snapshot === null ? null : snapshots.get(spec.snapshot);
      if (from === undefined)
        throw new Failure('NotFound', `there is no disk of snapshot ${spec.snapshot}`);
      const disk: Disk = {
        folder: join(folder, 'machines', String(spec.machine)),
        layers: from === null ? [rootfs] : [layerOf(from), ...from.layers],
      };
      disks.add(disk);
      await rm(disk.folder, { recursive: true, force: true });
      for (const name of ['upper', 'work', 'root', 'seed'])
        await mkdir(join(disk.folder, name), { recursive: true });
      await copyDocker(from, disk);
      await writeSeed(disk, spec);
      await writeFile(join(disk.folder, 'resolv.conf'), resolvConf);
      await writeFile(join(disk.folder, 'trusted.crt'), trusted);
      return disk;
    },
    async remove(disk) {
      await rm(disk.folder, { recursive: true, force: true });
      disks.delete(disk);
      await clearDeleted();
    },
    async snapshot(disk, id) {
      const copy: Disk = { folder: join(folder, 'snapshots', String(id)), layers: disk.layers };
      await mkdir(copy.folder, { recursive: true });
      await copyTree(layerOf(disk), layerOf(copy));
      await copyDocker(disk, copy);
      snapshots.set(id, copy);
    },
    async removeSnapshot(id) {
      const one = snapshots.get(id);
      if (one === undefined) return;
      snapshots.delete(id);
      deleted.add(one);
      await clearDeleted();
    },
  };
}

function layerOf({ folder }: Disk): string {
  return join(folder, 'upper');
}

export function dockerOf({ folder }: Disk): string {
  return join(folder, 'docker');
}

async function copyDocker(from: Disk | null, to: Disk): Promise<void> {
  if (from !== null && existsSync(dockerOf(from))) await copyTree(dockerOf(from), dockerOf(to));
  else await mkdir(dockerOf(to), { recursive: true });
}

/** With owners, devices and attributes, which hold what the layer says of those below. */
async function copyTree(from: string, to: string): Promise<void> {
  await run('cp', ['--archive', '--reflink=auto', from, to], { limitMs: copyLimitMs });
}

/**
 * What cloud-init reads instead of a metadata service. The instance has the machine's id, so that a
 * disk made from another machine's snapshot is set up anew.
 * https://cloudinit.readthedocs.io/en/latest/reference/datasources/nocloud.html
 */
async function writeSeed({ folder }: Disk, spec: DiskSpec): Promise<void> {
  const metadata = {
    'instance-id': String(spec.machine),
    'local-hostname': spec.hostname,
    'public-keys': spec.publicKeys,
  };
  await writeFile(join(folder, 'seed', 'meta-data'), `${JSON.stringify(metadata)}\n`);
  await writeFile(join(folder, 'seed', 'user-data'), spec.userData, { mode: 0o600 });
}
