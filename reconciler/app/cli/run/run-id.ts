/** The id of this run in leases: the workflow run and its attempt, or a local id. */
import { hostname } from 'node:os';
import { Failure } from '../../../core/failure.ts';
import type { RunRef } from '../../../core/fleet/run.ts';
import type { Environment } from '../../config.ts';

/** No Forge has a run `local-…`: the leases of such a run end when they expire. */
export function ownRun(env: Environment): RunRef {
  const workflow = workflowRun(env);
  if (workflow !== null) return workflow;
  const host = hostname().replaceAll(/[^A-Za-z0-9-]/g, '-');
  return { id: `local-${host.slice(0, 40)}-${process.pid}-${Date.now().toString(36)}`, attempt: 1 };
}

/**
 * The workflow run of this process; null if a person started it. An invalid attempt is refused:
 * leases under the name of an earlier attempt would count as free while this one runs.
 */
export function workflowRun(env: Environment): RunRef | null {
  const id = env['GITHUB_RUN_ID']?.trim() ?? '';
  if (id === '') return null;
  const attempt = env['GITHUB_RUN_ATTEMPT']?.trim() ?? '';
  if (/^[1-9][0-9]{0,8}$/.test(attempt)) return { id, attempt: Number(attempt) };
  throw new Failure(
    'InvalidInput',
    'GITHUB_RUN_ID is set, but GITHUB_RUN_ATTEMPT is not a number from 1',
  );
}
