import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createDisks, type Disks } from '../../../local-cloud/machines/disks.ts';

let folder: string;
let disks: Disks;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aura-disks-'));
  disks = createDisks({ folder, rootfs: '/rootfs', resolvConf: 'nameserver 192.0.2.53\n' });
});
afterEach(() => rmSync(folder, { recursive: true }));

const spec = (machine: number, snapshot: number | null = null) => ({
  machine,
  hostname: `host-${machine}`,
  snapshot,
  userData: '#cloud-config\n',
  publicKeys: ['ssh-ed25519 AAAA'],
});
const snapshotFolder = (id: number) => join(folder, 'snapshots', String(id));

test('a disk has the seed of its machine, which only root reads', async () => {
  const disk = await disks.create(spec(1));
  assert.deepEqual(disk.layers, ['/rootfs']);
  const seed = (name: string) => join(disk.folder, 'seed', name);
  assert.deepEqual(JSON.parse(readFileSync(seed('meta-data'), 'utf8')), {
    'instance-id': '1',
    'local-hostname': 'host-1',
    'public-keys': ['ssh-ed25519 AAAA'],
  });
  assert.equal(statSync(seed('user-data')).mode & 0o777, 0o600);
  assert.equal(readFileSync(join(disk.folder, 'resolv.conf'), 'utf8'), 'nameserver 192.0.2.53\n');
});

test('a snapshot is a copy: what is written later is not in it', async () => {
  const disk = await disks.create(spec(1));
  writeFileSync(join(disk.folder, 'upper', 'early'), '');
  writeFileSync(join(disk.folder, 'docker', 'image'), '');
  await disks.snapshot(disk, 9);
  writeFileSync(join(disk.folder, 'upper', 'late'), '');
  const other = await disks.create(spec(2, 9));
  assert.deepEqual(other.layers, [join(snapshotFolder(9), 'upper'), '/rootfs']);
  assert.ok(existsSync(join(snapshotFolder(9), 'upper', 'early')));
  assert.ok(!existsSync(join(snapshotFolder(9), 'upper', 'late')));
  assert.ok(existsSync(join(other.folder, 'docker', 'image')));
  await assert.rejects(disks.create(spec(3, 8)), { reason: 'NotFound' });
});

test('a deleted snapshot stays as long as a disk or a snapshot is made over it', async () => {
  const first = await disks.create(spec(1));
  await disks.snapshot(first, 1);
  const second = await disks.create(spec(2, 1));
  await disks.snapshot(second, 2);
  await disks.removeSnapshot(1);
  await assert.rejects(disks.create(spec(3, 1)), { reason: 'NotFound' });
  await disks.remove(second);
  assert.ok(existsSync(snapshotFolder(1)), 'the second snapshot is made over it');
  const third = await disks.create(spec(3, 2));
  await disks.removeSnapshot(2);
  assert.ok(existsSync(snapshotFolder(1)) && existsSync(snapshotFolder(2)));
  await disks.remove(third);
  assert.ok(!existsSync(snapshotFolder(1)) && !existsSync(snapshotFolder(2)));
  await disks.removeSnapshot(2);
});
