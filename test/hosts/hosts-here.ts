/** Whether real hosts can run here, and what they leave behind. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostsUnsupported } from '../../local-cloud/machines/programs.ts';
import { rootfsFolder } from '../../local-cloud/machines/rootfs.ts';
import { defaultSlots, type Slot } from '../../local-cloud/machines/slots.ts';
import { requiredKinds } from '../../scripts/test/outcome.ts';

const cache = join(import.meta.dirname, '../../.cache');

/** Where hosts are required, tests install what is missing, and build a root filesystem. */
export const required = requiredKinds(process.env['AURA_REQUIRE'] ?? '').some((kind) =>
  ['hosts', 'all'].includes(kind),
);

/** The reason to skip, or false. */
export const withoutHosts: string | false = reasonToSkip();

function reasonToSkip(): string | false {
  if (required) return false;
  const why = hostsUnsupported();
  if (why !== null) return `hosts: ${why}`;
  if (existsSync(rootfsFolder(cache))) return false;
  return 'hosts: no root filesystem is built: `aura cloud --hosts` builds it in a minute';
}

/** The last of the slots, for tests that have to know which one they get. */
export const lastSlot: Slot = defaultSlots.at(-1) ?? { name: '', range: '', uplink: '' };

/** Everything of the slot that exists on this computer, but its lock. */
export function leftBy({ name, range }: Slot): readonly string[] {
  const listed = (what: string, text: string) =>
    text
      .split('\n')
      .filter((line) => line.includes(`${name}-`) || line.trim().endsWith(name))
      .map((line) => `${what}: ${line.trim()}`);
  const runtime = '/run/systemd/nspawn';
  const manager = existsSync(runtime) ? readdirSync(runtime, { recursive: true }) : [];
  const namespaces = existsSync('/run/netns') ? readdirSync('/run/netns') : [];
  return [
    ...processes().flatMap((line) => listed('process', line)),
    ...listed('mount', readFileSync('/proc/self/mountinfo', 'utf8').replaceAll(' nsfs ', '')),
    ...listed('namespace', namespaces.join('\n')),
    ...listed('manager', manager.join('\n')),
    ...listed('link', output('ip', ['-br', 'link'])),
    ...listed('route', output('ip', ['route', 'show', range])),
    ...listed('nft', output('nft', ['list', 'tables'])),
    ...listed('iptables', output('iptables', ['-S', 'FORWARD'])),
    ...groupsOf(name),
    ...[join(cache, 'hosts', name), `/run/aura-hosts/${name}.json`].filter((one) =>
      existsSync(one),
    ),
  ];
}

/** Control groups of that name, of both versions. */
export function groupsOf(name: string): readonly string[] {
  return globSync(`/sys/fs/cgroup/{,*/}${name}`);
}

function processes(): readonly string[] {
  return globSync('/proc/[0-9]*/cmdline').flatMap((file) => {
    try {
      return readFileSync(file, 'utf8').replaceAll('\0', ' ').replaceAll('\n', ' ');
    } catch {
      return [];
    }
  });
}

function output(command: string, args: readonly string[]): string {
  return spawnSync(command, [...args], { encoding: 'utf8' }).stdout ?? '';
}
