/** Checks what this machine needs to configure hosts, before anything is bought. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { runChild } from '../child-process.ts';
import type { Ssh } from '../ssh/ssh.ts';
import { environment } from './play.ts';

export type Tools = {
  readonly ssh: Ssh;
  /** throws `ToolMissing` */
  readonly findAnsible: () => string;
  /** `site.yml`; null if the roles were not found */
  readonly playbook: string | null;
};

const versionLimitMs = 30_000;

/** The SSH client, the CA's key, Ansible and the roles. Throws `ToolMissing`. */
export async function requireTools(tools: Tools): Promise<void> {
  await tools.ssh.ready();
  playbookOf(tools);
  const command = tools.findAnsible();
  const folder = await mkdtemp(join(tmpdir(), 'aura-play-'));
  try {
    const { code } = await runChild({
      command,
      args: ['--version'],
      cwd: folder,
      env: environment(folder),
      limitMs: versionLimitMs,
      graceMs: 1000,
      asks: 'SIGTERM',
    });
    if (code !== 0) throw new Failure('ToolMissing', 'ansible-playbook does not run');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function playbookOf({ playbook }: Tools): string {
  if (playbook !== null && existsSync(playbook)) return playbook;
  throw new Failure('ToolMissing', 'the roles are missing: there is no ansible/site.yml');
}
