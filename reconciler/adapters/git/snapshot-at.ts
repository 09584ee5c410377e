/** Reads the files at an earlier commit of a branch, which is fetched alone if it is not here. */
import { Failure, isFailure } from '../../core/failure.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { Mirror } from './mirror.ts';

/**
 * null where the server does not have the commit
 *
 * @param ask throws where the server does not answer
 */
export async function snapshotAt(
  { git, objects, snapshot }: Pick<Mirror, 'git' | 'objects' | 'snapshot'>,
  commit: string,
  ask: () => Promise<unknown>,
): Promise<Snapshot | null> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) throw new Failure('InvalidInput', 'no commit id');
  if ((await objects.read(commit)) === null) {
    try {
      await git.fetch(['--depth=1'], [commit], 'some');
    } catch (thrown) {
      if (!isFailure(thrown, 'UnexpectedAnswer')) throw thrown;
      // git names no reason: a server that answers now has refused the commit.
      await ask();
      return null;
    }
  }
  return (await objects.read(commit))?.type === 'commit' ? snapshot(commit) : null;
}
