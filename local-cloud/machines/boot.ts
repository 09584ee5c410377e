/**
 * Boots a machine: systemd as its first process, in a container that looks like a fresh server.
 *
 * Its disk is mounted in a mount namespace of its own, which ends with its last process; and its
 * processes end with this one. So whatever dies here, no mount and no process stay.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type Disk, dockerOf } from './disks.ts';
import { programEnv } from './programs.ts';

/** How a container ends that wants to be started again. */
const rebootCode = 133;

type Boot = {
  readonly disk: Disk;
  readonly hostname: string;
  readonly namespace: string;
  /** files to join the machine's control groups by */
  readonly groups: readonly string[];
};
export type Halt = 'halted' | 'rebooting' | 'failed';
export type Running = {
  /** asks its system to shut down, as a power button does */
  askToHalt(): void;
  readonly halt: Promise<Halt>;
};

const script = `
set -eu
umask 022
disk=$1 layers=$2 groups=$3; shift 3
for group in $groups; do echo $$ > "$group"; done
# Locks and folders of the container's manager end with the mount, too.
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn
mount -t overlay overlay -o "lowerdir=$layers,upperdir=$disk/upper,workdir=$disk/work" "$disk/root"
seed=$disk/root/var/lib/cloud/seed/nocloud
mkdir -p "$seed"
cp --preserve=mode "$disk"/seed/* "$seed"
cp --remove-destination "$disk/resolv.conf" "$disk/root/etc/resolv.conf"
ca=/etc/ssl/certs/ca-certificates.crt
if [ -f $ca ]; then cp --remove-destination $ca "$disk/root$ca"; fi
if [ -s "$disk/trusted.crt" ]; then
  # Where a later update of the bundle finds it, too.
  install -D --mode=644 "$disk/trusted.crt" "$disk/root/usr/local/share/ca-certificates/cloud.crt"
  cat "$disk/trusted.crt" >> "$disk/root$ca"
fi
exec systemd-nspawn --directory="$disk/root" "$@"
`;

/**
 * Control groups of version 1 are read-only at first. systemd limits its units by those that it may
 * write to when it starts, and container runtimes need them, too.
 */
const firstProcess = `
mount -o remount,rw,bind /sys/fs/cgroup
for hierarchy in /sys/fs/cgroup/*/; do mount -o remount,rw,bind "$hierarchy" || true; done 2>/dev/null
exec /lib/systemd/systemd
`;

export function boot({ disk, hostname, namespace, groups }: Boot): Running {
  const log = openSync(consoleOf(disk), 'a');
  const tun = '/dev/net/tun';
  const nspawn = [
    '--quiet',
    '--kill-signal=SIGRTMIN+3',
    `--machine=${namespace}`,
    `--hostname=${hostname}`,
    '--keep-unit',
    '--register=no',
    `--network-namespace-path=/run/netns/${namespace}`,
    '--resolv-conf=off',
    '--timezone=off',
    `--bind=${dockerOf(disk)}:/var/lib/docker`,
    ...(existsSync(tun) ? [`--bind=${tun}`] : []),
    '--capability=all',
    '--system-call-filter=add_key',
    '--system-call-filter=keyctl',
    '--system-call-filter=bpf',
    '--console=pipe',
    'sh',
    '-c',
    firstProcess,
  ];
  const layers = disk.layers.join(':');
  const arguments_ = ['-c', script, 'boot', disk.folder, layers, groups.join(' '), ...nspawn];
  const isolated = ['unshare', '--mount', '--propagation', 'slave', 'sh', ...arguments_];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...isolated], {
    // Ctrl-C in a terminal ends the machines by `close` alone.
    detached: true,
    env: { ...programEnv(), SYSTEMD_NSPAWN_API_VFS_WRITABLE: '1' },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return { askToHalt: () => ask(child), halt: haltOf(child) };
}

/** What its manager printed, and its first process where it could not boot. */
export function consoleOf(disk: Disk): string {
  return join(disk.folder, 'console.log');
}

function haltOf(child: ChildProcess): Promise<Halt> {
  return new Promise((resolve) => {
    child.once('error', () => resolve('failed'));
    child.once('exit', (code) => {
      if (code === rebootCode) return resolve('rebooting');
      resolve(code === 0 ? 'halted' : 'failed');
    });
  });
}

/** The container's manager passes this on as the signal that systemd shuts down by. */
function ask(child: ChildProcess): void {
  try {
    child.kill('SIGTERM');
  } catch {}
}
