/** Hetzner's own command line, for changes by a person behind the reconciler. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clientTool } from '../support/clients.ts';
import { toolsHere } from './fleet-world.ts';

const tool = clientTool('hcloudCli');
const run = promisify(execFile);

/** Why tests that need it beside Terraform are skipped; false where they are not. */
export const hcloudSkip =
  toolsHere() === null
    ? 'terraform: the tools are not set up (`npm run setup`)'
    : 'skip' in tool && tool.skip;

export type Hcloud = {
  /** where files for its arguments may be put */
  readonly folder: string;
  run(...args: readonly string[]): Promise<void>;
  close(): Promise<void>;
};

/** It stores its settings in a folder of its own. */
export async function openHcloud(env: Readonly<Record<string, string>>): Promise<Hcloud> {
  const folder = await mkdtemp(join(tmpdir(), 'aura-hcloud-'));
  const { HCLOUD_TOKEN, HCLOUD_ENDPOINT } = env;
  const options = { env: { HOME: folder, HCLOUD_TOKEN, HCLOUD_ENDPOINT }, cwd: folder };
  return {
    folder,
    async run(...args) {
      await run('path' in tool ? tool.path : '', args, { ...options, timeout: 60_000 });
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
