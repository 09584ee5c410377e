/** The name of the run that acts, as claims carry it: the workflow run's where there is one. */
import { hostname } from 'node:os';
import type { Environment } from '../../config.ts';

/** `local-…` is known to no Forge: such a run's claims end with their lease. */
export function runIdOf(env: Environment): string {
  const workflow = env['GITHUB_RUN_ID']?.trim() ?? '';
  if (workflow !== '') return workflow;
  const host = hostname().replaceAll(/[^A-Za-z0-9-]/g, '-');
  return `local-${host.slice(0, 40)}-${process.pid}-${Date.now().toString(36)}`;
}
