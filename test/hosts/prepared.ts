/** What the disk of a prepared image holds, and what each machine that was made from it has alone. */
import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { within } from '../support/hetzner-api.ts';
import type { Fleet } from './fleet.ts';

/** Each has a machine id, a host key, a token and a state of the tailnet of its own. */
export function assertDifferent({ cloud }: Fleet): void {
  const machines = [cloud.world.hosts.dump()].flat();
  for (const path of [
    'etc/machine-id',
    'etc/ssh/aura_host_ed25519_key',
    'etc/openclaw/gateway.env',
    'var/lib/tailscale/tailscaled.state',
  ]) {
    const texts = machines.map((one) => readFileSync(join(folderOf(one), 'upper', path), 'utf8'));
    assert.equal(new Set(texts).size, machines.length, path);
  }
}

/** Neither these, nor a user CA, an instance of cloud-init, or lists of packages. */
export function assertClean({ cloud }: Fleet, image: string): void {
  const [machine] = [cloud.world.hosts.dump()].flat();
  const disk = join(folderOf(machine), '../../snapshots', image, 'upper');
  assert.ok(existsSync(join(disk, 'opt/openclaw')), 'it is the disk of the image');
  const files = (folder: string): readonly string[] =>
    // What was removed is a device there.
    lstatSync(join(disk, folder), { throwIfNoEntry: false })?.isDirectory() === true
      ? readdirSync(join(disk, folder), { recursive: true })
          .map(String)
          .filter((name) => lstatSync(join(disk, folder, name)).isFile())
      : [];
  assert.equal(readFileSync(join(disk, 'etc/machine-id'), 'utf8'), '');
  const keys = files('etc/ssh').filter((name) => /key|ca\.pub|principals|aura/.test(name));
  assert.deepEqual(keys, []);
  for (const folder of ['var/lib/tailscale', 'etc/openclaw', 'var/lib/openclaw', 'root/.ssh'])
    assert.deepEqual(files(folder), [], folder);
  assert.deepEqual(
    files('var/lib/cloud').filter((name) => !name.startsWith('seed/')),
    [],
  );
  assert.deepEqual(files('etc/aura').toSorted(), ['firewall.nft', 'image.json']);
  assert.deepEqual(files('var/lib/apt/lists'), []);
}

function folderOf(machine: unknown): string {
  return dirname(String(within(machine, 'console')));
}
