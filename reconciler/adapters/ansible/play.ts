/**
 * Plays the roles on one host with `ansible-playbook`: an inventory of that host alone, variables in
 * files that only this user reads and that are removed afterwards, and none of our environment.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../ports/configurator.ts';
import { runChild } from '../child-process.ts';
import { ranOn } from '../ssh/remote-end.ts';
import type { Ssh } from '../ssh/ssh.ts';
import { callbackName, callbackSource } from './callback.ts';
import type { PlayEnd } from './report.ts';
import { asVariables, type Value } from './variables.ts';

type Play = {
  readonly ansiblePlaybook: string;
  /** `site.yml`, for the hosts of an inventory */
  readonly playbook: string;
  readonly limitMs: number;
  readonly variables: Readonly<Record<string, Value>>;
};

const graceMs = 10_000;
const outputMax = 4_000_000;

export async function play(ssh: Ssh, host: Host, options: Play): Promise<PlayEnd> {
  // Opens the shared connection, and tells another host key from a host that is not reached.
  ranOn(host, await ssh.run(host, { command: 'true' }));
  const { config, socket } = await ssh.configFor(host, options.limitMs);
  const folder = await mkdtemp(join(tmpdir(), 'aura-play-'));
  try {
    const file = (name: string) => join(folder, name);
    const write = (name: string, text: string) => writeFile(file(name), text, { mode: 0o600 });
    await mkdir(file('plugins'));
    await write('plugins/aura_report.py', callbackSource);
    await write('ansible.cfg', settings(folder));
    await write('hosts.json', inventoryOf(host, { config, socket }));
    await write('variables.yml', asVariables(options.variables));
    const end = await runChild({
      command: options.ansiblePlaybook,
      args: ['-i', file('hosts.json'), '-e', `@${file('variables.yml')}`, options.playbook],
      cwd: folder,
      env: environment(folder),
      limitMs: options.limitMs,
      graceMs,
      asks: 'SIGTERM',
      endsWithUs: true,
      outputMax,
    });
    const [stdout, stderr] = [end.stdout.toString(), end.stderr.toString()];
    return { code: end.code, overdue: end.overdue, stdout, stderr };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function environment(folder: string): Readonly<Record<string, string>> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    // Ansible refuses a locale that is not UTF-8.
    LC_ALL: 'C.UTF-8',
    ANSIBLE_CONFIG: join(folder, 'ansible.cfg'),
    ANSIBLE_HOME: join(folder, 'ansible'),
    ANSIBLE_NOCOLOR: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
  };
}

function settings(folder: string): string {
  return [
    '[defaults]',
    `stdout_callback = ${callbackName}`,
    `callback_plugins = ${join(folder, 'plugins').replaceAll('%', '%%')}`,
    'host_key_checking = True',
    'interpreter_python = /usr/bin/python3',
    'retry_files_enabled = False',
    'forks = 1',
    '[ssh_connection]',
    'pipelining = True',
    '',
  ].join('\n');
}

function inventoryOf({ agent }: Host, { config, socket }: { config: string; socket: string }) {
  // ControlPersist and ControlPath are repeated so that `meta: reset_connection` finds them.
  const path = socket.replaceAll('%', '%%');
  const args = ['-F', config, '-o', 'ControlPersist=60s', '-o', `ControlPath=${path}`];
  const host = {
    ansible_connection: 'ssh',
    ansible_host: agent,
    ansible_user: 'root',
    ansible_ssh_args: args.map((one) => `'${one}'`).join(' '),
  };
  return JSON.stringify({ agents: { hosts: { [agent]: host } } });
}
