/** Logs in to machines as an operator does: by key, with the host key that user data gave. */
import { execFile } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOpensshKey } from '../../reconciler/adapters/openssh.ts';
import { until } from '../support/until.ts';

export type Shell = {
  readonly publicKey: string;
  /** with the host key, and more lines of cloud-config */
  userData(...more: readonly string[]): string;
  /** The output of a command; throws what it said where it fails. */
  run(address: string, command: string): Promise<string>;
  /** A program of this computer, which the machine gets executable. */
  install(address: string, program: string, target: string): Promise<void>;
  untilBooted(address: string): Promise<void>;
  close(): void;
};

export function openShell(): Shell {
  const folder = mkdtempSync(join(tmpdir(), 'aura-shell-'));
  const [user, host] = [createOpensshKey('test'), createOpensshKey('host')];
  const identity = join(folder, 'id');
  writeFileSync(identity, user.privateKey, { mode: 0o600 });
  const known = join(folder, 'known_hosts');
  writeFileSync(known, `tested ${host.publicKey}\n`);
  const options = {
    IdentityFile: identity,
    IdentitiesOnly: 'yes',
    UserKnownHostsFile: known,
    GlobalKnownHostsFile: '/dev/null',
    HostKeyAlias: 'tested',
    StrictHostKeyChecking: 'yes',
    BatchMode: 'yes',
    ConnectTimeout: '5',
    LogLevel: 'ERROR',
  };
  const args = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const run = (address: string, command: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const all = ['-F', '/dev/null', ...args, `root@${address}`, command];
      execFile('ssh', all, { timeout: 30_000 }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout.trim());
        else reject(new Error(`${command}: ${stderr.trim() || error.message}`));
      });
    });
  const install = (address: string, program: string, target: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const put = `cat > ${target} && chmod 755 ${target}`;
      const all = ['-F', '/dev/null', ...args, `root@${address}`, put];
      const child = execFile('ssh', all, { timeout: 60_000 }, (error) =>
        error === null ? resolve() : reject(error),
      );
      // A machine that ends meanwhile closes the pipe; only the exit code counts.
      child.stdin?.on('error', () => {});
      if (child.stdin !== null) createReadStream(program).pipe(child.stdin);
    });
  const isThere = (address: string, file: string) =>
    run(address, `test -e ${file}`).then(
      () => true,
      () => false,
    );
  return {
    publicKey: user.publicKey,
    userData: (...more) =>
      [
        '#cloud-config',
        'ssh_deletekeys: true',
        'ssh_keys:',
        '  ed25519_private: |',
        host.privateKey.trimEnd().replaceAll(/^/gm, '    '),
        `  ed25519_public: ${host.publicKey}`,
        ...more,
        '',
      ].join('\n'),
    run,
    install,
    async untilBooted(address) {
      await until(`sshd of ${address} answers`, () => answers(address));
      // This boot's, not the one of an earlier boot.
      const booted = '/run/cloud-init/result.json';
      await until(`cloud-init of ${address} is done`, () => isThere(address, booted));
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Whether port 22 is open and sshd speaks. */
export function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 1000 });
    const end = (so: boolean) => {
      socket.destroy();
      resolve(so);
    };
    socket.once('data', () => end(true));
    for (const event of ['error', 'timeout', 'end']) socket.once(event, () => end(false));
  });
}
