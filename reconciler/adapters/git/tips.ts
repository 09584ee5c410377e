/** Reads the tips of several branches in one exchange, and fetches only those that moved. */
import { Failure } from '../../core/failure.ts';
import type { DesiredState, Snapshot } from '../../ports/desired-state.ts';
import { existing } from '../../ports/tip.ts';
import type { Remote } from './remote.ts';
import { isStop, stopBranch } from './stop.ts';

export function createTipsReader(
  remote: Pick<Remote, 'branches'>,
  state: Pick<DesiredState, 'fetch' | 'confirmed' | 'stop'>,
): Pick<DesiredState, 'tips' | 'mainAndStop'> {
  type Tips = ReadonlyMap<string, string>;

  async function snapshotOf(tips: Tips, branch: string): Promise<Snapshot | null> {
    const known = await state.confirmed(branch);
    const tip = tips.get(branch) ?? null;
    // A missing branch is fetched too: it throws if the branch may not be deleted.
    return known !== null && known.commit === tip ? known : state.fetch(branch);
  }

  async function mainAndStopIn(tips: Tips) {
    const main = existing(await snapshotOf(tips, 'main'), 'main');
    return { main, stop: await stopOf(tips, state) };
  }

  return {
    async tips() {
      const tips = await remote.branches('');
      return { ...(await mainAndStopIn(tips)), status: await snapshotOf(tips, 'status') };
    },
    mainAndStop: async () => mainAndStopIn(await remote.branches('main', stopBranch)),
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
