/** A real sshd on loopback, with a user CA and a host key of its own. It runs as this user. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createOpensshKey, publicKeyOf } from '../../reconciler/adapters/openssh.ts';
import { createSsh } from '../../reconciler/adapters/ssh/ssh.ts';
import type { AgentId } from '../../reconciler/core/agent/agent.ts';
import type { Host } from '../../reconciler/ports/configurator.ts';
import { idNo } from '../builders/world.ts';
import { installPackages, isRequired } from '../support/debian-packages.ts';
import { until } from '../support/until.ts';

const places = ['/usr/sbin/sshd', '/usr/bin/sshd', '/sbin/sshd'];
const isHere = isRequired('hosts') || places.some(existsSync);
/** Why tests that need it are skipped; false where they are not. */
export const withoutSshd =
  (process.platform !== 'linux' || !isHere) && 'hosts: needs Linux and sshd';

export type Sshd = {
  readonly host: Host;
  readonly caPrivateKey: string;
  readonly login: { readonly user: string; readonly port: number };
  readonly folder: string;
  /** a client of it, with a job of its own; closed at the end */
  client(options?: { readonly caPrivateKey?: string; readonly now?: () => number }): Client;
  /** A program that its sessions find first. */
  install(name: string, script: string): Promise<void>;
  /** another host key, as of the next connection */
  showHostKey(privateKey: string): Promise<void>;
  log(): Promise<string>;
  stop(): Promise<void>;
  close(): Promise<void>;
};
export type Client = ReturnType<typeof createSsh>;

/** @param namespace of the network in which it listens, at every address and port 22 */
export async function startSshd(
  agent: AgentId = idNo(1),
  namespace: string | null = null,
): Promise<Sshd> {
  if (!places.some(existsSync)) installPackages(['openssh-server']);
  // sshd requires it where it runs as root.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), 'aura-sshd-'));
  const ca = createOpensshKey('ca');
  const hostKey = createOpensshKey('host');
  const port = namespace === null ? await freePort() : 22;
  const file = (name: string) => join(folder, name);
  mkdirSync(file('bin'));
  await writeFile(file('host_key'), hostKey.privateKey, { mode: 0o600 });
  await writeFile(file('ca.pub'), `${publicKeyOf(ca.privateKey)}\n`);
  await writeFile(file('principals'), `${agent}\n`);
  await writeFile(
    file('config'),
    settings(folder, { port, address: namespace === null ? '127.0.0.1' : '0.0.0.0' }),
  );
  const start = () => serve(folder, { port, namespace });
  let running = await start();
  const clients: Client[] = [];
  const login = { user: userInfo().username, port };
  const stop = () => ended(running);
  return {
    host: { agent, network: 'public' as const, ipv4: '127.0.0.1', hostKeys: [hostKey.publicKey] },
    caPrivateKey: ca.privateKey,
    login,
    folder,
    client({ caPrivateKey = ca.privateKey, now = Date.now } = {}) {
      const client = createSsh({ caPrivateKey, now, login });
      clients.push(client);
      return client;
    },
    async install(name, script) {
      await writeFile(file(`bin/${name}`), `#!/bin/sh\n${script}\n`);
      await chmod(file(`bin/${name}`), 0o755);
    },
    async showHostKey(privateKey) {
      await stop();
      await writeFile(file('host_key'), privateKey, { mode: 0o600 });
      running = await start();
    },
    log: () => readFile(file('log'), 'utf8'),
    stop,
    async close() {
      for (const client of clients) await client.close();
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function settings(
  folder: string,
  { port, address }: { readonly port: number; readonly address: string },
): string {
  const path = `${join(folder, 'bin')}:/usr/bin:/bin:/usr/sbin:/sbin`;
  return [
    `Port ${port}`,
    `ListenAddress ${address}`,
    `HostKey ${join(folder, 'host_key')}`,
    `TrustedUserCAKeys ${join(folder, 'ca.pub')}`,
    `AuthorizedPrincipalsFile ${join(folder, 'principals')}`,
    'AuthorizedKeysFile none',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'UsePAM no',
    'StrictModes no',
    'PidFile none',
    'PrintMotd no',
    'LogLevel VERBOSE',
    `SetEnv PATH=${path}`,
    '',
  ].join('\n');
}

async function serve(
  folder: string,
  { port, namespace }: { readonly port: number; readonly namespace: string | null },
): Promise<ChildProcess> {
  const sshd = places.find(existsSync) ?? assert.fail('no sshd');
  const log = join(folder, 'log');
  const args = [sshd, '-D', '-f', join(folder, 'config'), '-E', log];
  const enter = namespace === null ? [] : ['ip', 'netns', 'exec', namespace];
  const [command = '', ...rest] = [...enter, ...args];
  const started = spawn(command, rest, { stdio: 'ignore' });
  const listens = async () => (await readFile(log, 'utf8').catch(() => '')).includes('listening');
  await until('sshd listens', namespace === null ? () => answers(port) : listens);
  return started;
}

async function ended(running: ChildProcess): Promise<void> {
  if (running.exitCode !== null || running.signalCode !== null) return;
  const gone = new Promise((resolve) => running.once('exit', resolve));
  running.kill('SIGTERM');
  await gone;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        resolve(address !== null && typeof address === 'object' ? address.port : 0),
      );
    });
  });
}
