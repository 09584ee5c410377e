/**
 * Where history is read: on the git server, or in a clone on this machine, if `--clone` names one
 * or no repository is configured.
 */
import { Failure, isFailure } from '../../../core/failure.ts';
import type { DesiredState } from '../../../ports/desired-state.ts';
import type { Environment } from '../../config.ts';
import { withPorts } from './with-ports.ts';

export type HistorySource = Pick<DesiredState, 'fetch' | 'log' | 'walk' | 'versions' | 'stop'>;

export function isConfigured(env: Environment, ...names: readonly string[]): boolean {
  return names.some((name) => (env[name] ?? env[`${name}_FILE`] ?? '').trim() !== '');
}

export async function withHistory<Value>(
  env: Environment,
  clone: string | undefined,
  use: (source: HistorySource) => Promise<Value>,
): Promise<Value> {
  if (clone === undefined && isConfigured(env, 'AURA_REPOSITORY_URL'))
    return withPorts(env, ['state'], ({ state }) => use(state));
  return withClone(clone, use);
}

/** @param given by default the current folder */
async function withClone<Value>(
  given: string | undefined,
  use: (source: HistorySource) => Promise<Value>,
): Promise<Value> {
  const { openClone } = await import('../../../adapters/git/clone.ts');
  const clone = await openClone(given ?? '.').catch((thrown: unknown) => {
    if (given !== undefined || !isFailure(thrown, 'NotFound')) throw thrown;
    const message = `AURA_REPOSITORY_URL is not set, and this folder is no clone of an agents repository`;
    throw new Failure('NotFound', `${message}: name one with --clone`, { cause: thrown });
  });
  try {
    return await use(clone);
  } finally {
    clone.close();
  }
}
