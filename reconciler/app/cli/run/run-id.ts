/** Which run acts, as leases carry it: the workflow run and its attempt where there is one. */
import { hostname } from 'node:os';
import { Failure } from '../../../core/failure.ts';
import type { RunRef } from '../../../core/fleet/run.ts';
import type { Environment } from '../../config.ts';

/** `local-…` is known to no Forge: such a run's leases end when they expire. */
export function ownRun(env: Environment): RunRef {
  const workflow = workflowRun(env);
  if (workflow !== null) return workflow;
  const host = hostname().replaceAll(/[^A-Za-z0-9-]/g, '-');
  return { id: `local-${host.slice(0, 40)}-${process.pid}-${Date.now().toString(36)}`, attempt: 1 };
}

/**
 * The workflow run that this process is a part of; null where a person started it. An attempt that
 * cannot be read is refused: leases under an earlier one's name would be free while this one works.
 */
export function workflowRun(env: Environment): RunRef | null {
  const id = env['GITHUB_RUN_ID']?.trim() ?? '';
  if (id === '') return null;
  const attempt = env['GITHUB_RUN_ATTEMPT']?.trim() ?? '';
  if (/^[1-9][0-9]{0,8}$/.test(attempt)) return { id, attempt: Number(attempt) };
  throw new Failure(
    'InvalidInput',
    'GITHUB_RUN_ID is set, and GITHUB_RUN_ATTEMPT is no number from 1: it says which attempt of the run this is',
  );
}
