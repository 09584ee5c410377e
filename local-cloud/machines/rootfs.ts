/**
 * The root filesystem of every machine: Debian 12 with what a cloud's image has, made once by
 * mmdebstrap from this computer's own apt configuration, and kept by the hash of its recipe.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './programs.ts';

const buildLimitMs = 15 * 60_000;
const suite = 'bookworm';
const packages = (
  'systemd systemd-sysv dbus libpam-systemd systemd-resolved openssh-server cloud-init ' +
  'cloud-guest-utils sudo ca-certificates python3 python3-apt iproute2 iputils-ping netbase gnupg ' +
  'curl procps less iptables nftables'
).split(' ');
const options = [
  '--variant=minbase',
  '--mode=root',
  '--format=directory',
  '--aptopt=Acquire::Languages "none"',
  '--aptopt=APT::Install-Recommends "false"',
  '--dpkgopt=path-exclude=/usr/share/doc/*',
  '--dpkgopt=path-exclude=/usr/share/man/*',
  '--dpkgopt=path-exclude=/usr/share/locale/*',
  `--include=${packages.join(',')}`,
];

/** Files that differ from Debian's. The image of Hetzner lets root log in by key, as this one. */
const files: Readonly<Record<string, string>> = {
  '/etc/machine-id': '',
  '/etc/cloud/cloud.cfg.d/90-local-cloud.cfg': [
    'datasource_list: [NoCloud, None]',
    'network: {config: disabled}',
    'disable_root: false',
    'manage_etc_hosts: true',
    'locale: false',
    '',
  ].join('\n'),
};
const removed = ['/etc/ssh/ssh_host_*', '/etc/machine-id', '/etc/resolv.conf'];

/** Where it is, or will be, in the cache. */
export function rootfsFolder(cache: string): string {
  const recipe = JSON.stringify({ suite, options, files, removed });
  return join(cache, `rootfs-${createHash('sha256').update(recipe).digest('hex').slice(0, 16)}`);
}

/** Builds it, which takes a minute or more. */
export async function buildRootfs(folder: string): Promise<void> {
  clearUnfinished(dirname(folder));
  // Complete under its name, or not there.
  const draft = `${folder}.${process.pid}.unfinished`;
  mkdirSync(dirname(draft), { recursive: true });
  const args = [...options, ...proxyOptions(await run('apt-config', ['dump']))];
  await run('mmdebstrap', [...args, suite, draft, ...sources()], { limitMs: buildLimitMs });
  customise(draft);
  if (!existsSync(folder)) renameSync(draft, folder);
  rmSync(draft, { recursive: true, force: true });
}

/** apt's own sources for this release; without any, mmdebstrap takes those that Debian names. */
function sources(): readonly string[] {
  return globSync(['/etc/apt/sources.list', '/etc/apt/sources.list.d/*.{list,sources}'])
    .filter((file) => readFileSync(file, 'utf8').includes(suite))
    .sort();
}

function proxyOptions(dumped: string): readonly string[] {
  const lines = dumped
    .split('\n')
    .filter((line) => /^Acquire::https?::Proxy(?:::\S+)? "/.test(line));
  return lines.map((line) => `--aptopt=${line}`);
}

function customise(root: string): void {
  for (const path of removed.flatMap((pattern) => globSync(join(root, pattern))))
    rmSync(path, { force: true });
  for (const [path, text] of Object.entries(files)) {
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), 0o644);
  }
}

/** What builds left whose process is gone. */
function clearUnfinished(cache: string): void {
  for (const name of existsSync(cache) ? readdirSync(cache) : []) {
    const [, pid] = /^rootfs-\w+\.(\d+)\.unfinished$/.exec(name) ?? [];
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      rmSync(join(cache, name), { recursive: true, force: true });
  }
}
