/** Reads the tips of all branches in one exchange, and fetches only branches that moved. */
import { Failure } from '../../core/failure.ts';
import type { DesiredState, Snapshot } from '../../ports/desired-state.ts';
import { existing } from '../../ports/tip.ts';
import type { Remote } from './remote.ts';
import { isStop } from './stop.ts';

export function createTipsReader(
  remote: Pick<Remote, 'branches'>,
  state: Pick<DesiredState, 'fetch' | 'confirmed' | 'stop'>,
): DesiredState['tips'] {
  return async () => {
    const tips = await remote.branches('');
    const snapshotOf = async (branch: string): Promise<Snapshot | null> => {
      const known = await state.confirmed(branch);
      const tip = tips.get(branch) ?? null;
      // A missing branch is fetched too: it throws if the branch may not be deleted.
      return known !== null && known.commit === tip ? known : state.fetch(branch);
    };
    const main = existing(await snapshotOf('main'), 'main');
    return { main, status: await snapshotOf('status'), stop: await stopOf(tips, state) };
  };
}

/** A stop that cannot be read counts as stop. */
async function stopOf(
  tips: ReadonlyMap<string, string>,
  state: Pick<DesiredState, 'stop'>,
): Promise<string | null> {
  if (![...tips.keys()].some(isStop)) return null;
  try {
    return await state.stop();
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return 'the stop ref could not be read';
  }
}
