/** Runs the pinned ansible-playbook, without any user's settings. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { Failure } from '../../reconciler/core/failure.ts';
import { root } from '../support/markdown.ts';

function placeOf(): string | null {
  try {
    return findTool('ansiblePlaybook');
  } catch (error) {
    if (!(error instanceof Failure && error.reason === 'ToolMissing')) throw error;
    return null;
  }
}

const place = placeOf();

/** node:test's reason of a skip. */
export const withoutAnsible =
  place === null && 'python: ansible-playbook is not set up (`npm run setup`)';

export function ansible(home: string, args: readonly string[]) {
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    ANSIBLE_HOME: home,
    LC_ALL: 'C.UTF-8',
    ANSIBLE_NOCOLOR: '1',
  };
  return spawnSync(place ?? '', args, { cwd: join(root, 'ansible'), encoding: 'utf8', env });
}
