/** Secrets of a fleet, and all places in which none of them may be found. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { createArchive } from '../../reconciler/adapters/bucket/archive.ts';
import { fixedKeys } from '../../reconciler/ports/bucket-keys.ts';
import { sshCaKey } from '../support/ca-key.ts';
import type { Fleet } from './fleet.ts';

const run = promisify(execFile);

/** A secret by what it is. A key of several lines is known by one that only it has. */
type Secrets = ReadonlyMap<string, string>;

/** Those of this computer, and the tokens that the agents' hosts made for themselves. */
export async function secretsOf(fleet: Fleet, agents: readonly string[]): Promise<Secrets> {
  const secrets = new Map<string, string>();
  for (const [name, value] of Object.entries(fleet.env))
    if (/(?:KEY|TOKEN|SECRET|SECRET_ACCESS_KEY)$/.test(name)) secrets.set(name, tellingLine(value));
  secrets.set('AURA_SSH_CA_KEY', tellingLine(sshCaKey));
  for (const agent of agents) {
    const file = await fleet.inside(agent, 'cat /etc/openclaw/gateway.env');
    const token = file.split('=')[1] ?? '';
    assert.match(token, /^[0-9a-f]{64}$/);
    secrets.set(`gateway of ${agent}`, token);
  }
  return secrets;
}

/** The private half of an OpenSSH key is in its last lines. */
export function tellingLine(value: string): string {
  const lines = value.split('\n').filter((line) => /^\s*[A-Za-z0-9+/=]{40,}$/.test(line));
  return lines.at(-1)?.trim() ?? value;
}

/** Of the tailnet: single-use, so they are known by their shape. */
const authKey = /hskey-auth-[A-Za-z0-9_-]{20,}/;

/** The names of the secrets that the text contains. */
export function foundIn(text: string, secrets: Secrets): readonly string[] {
  const found = [...secrets].filter(([, secret]) => text.includes(secret)).map(([name]) => name);
  return authKey.test(text) ? [...found, 'an auth key'] : found;
}

/** Every object of the agents repository, also those that no branch has any more. */
export async function gitOf({ cloud }: Fleet): Promise<string> {
  const all = ['cat-file', '--batch', '--batch-all-objects', '--buffer', '--unordered'];
  const options = { maxBuffer: 500_000_000, encoding: 'latin1' } as const;
  return (await run('git', ['-C', cloud.world.repository.gitDir, ...all], options)).stdout;
}

/** Every object of the bucket. */
export async function bucketOf({ env, cloud }: Fleet): Promise<string> {
  const archive = createArchive({
    endpoint: env['AWS_ENDPOINT_URL_S3'] ?? '',
    bucket: cloud.world.s3.bucket,
    region: env['AWS_REGION'] ?? '',
    keys: fixedKeys({
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
      sessionToken: null,
    }),
  });
  const texts: string[] = [];
  for (const key of await cloud.world.s3.keys()) texts.push(String(await archive.get(key)));
  return texts.join('\n');
}

/** What the metadata service gives away. */
export function userDataOf({ cloud }: Fleet): string {
  return [...cloud.world.hetzner.project.servers.values()].map((one) => one.userData).join('\n');
}

/**
 * Collects the command lines of all processes that this one started, directly or not: those of the
 * verbs and of the machines, and none of other tests.
 */
export function watchProcesses(): () => string {
  const seen = new Set<string>();
  const look = () => {
    // Anew each time: the system uses ids again.
    const isOurs = descendants(process.pid);
    for (const file of globSync('/proc/[0-9]*/cmdline'))
      if (isOurs(file.split('/')[2] ?? '')) seen.add(read(file).replaceAll('\0', ' '));
  };
  const timer = setInterval(look, 200);
  return () => {
    clearInterval(timer);
    return [...seen].join('\n');
  };
}

/** Whether a process was started by that one, directly or not. */
function descendants(of: number): (pid: string) => boolean {
  const known = new Map([[String(of), true]]);
  const isOne = (pid: string): boolean => {
    const before = known.get(pid);
    if (before !== undefined) return before;
    const parent = /^PPid:\s*(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? '0';
    const is = parent !== '0' && isOne(parent);
    known.set(pid, is);
    return is;
  };
  return isOne;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
