/**
 * Pushes once, even if the answer gets lost. After a refusal or a lost answer the branch shows the
 * result: its tip is ours, its tip is another one, or it did not move and the same push is
 * repeated. The push names the tip that it was built on, so it lands at most once.
 */
import { asFailure, Failure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import { noOid, type RefUpdate, type Remote } from './remote.ts';

type Push = {
  readonly remote: Pick<Remote, 'branches' | 'update'>;
  readonly clock: Clock;
  readonly update: RefUpdate;
  /** whether a tip that is neither `from` nor `to` contains `to` */
  landedBelow(tip: string): Promise<boolean>;
};

/** A branch in the folder of this one's name, or the reverse: git allows only one of the two. */
async function rivalOf(remote: Push['remote'], branch: string): Promise<string | null> {
  const [top = branch] = branch.split('/');
  const others = [...(await remote.branches(top)).keys()].sort();
  return others.find((one) => one.startsWith(`${branch}/`) || branch.startsWith(`${one}/`)) ?? null;
}

const triesMax = 3;
const pauseMs = 200;

/** False if another push came first. */
export async function compareAndSwap({
  remote,
  clock,
  update,
  landedBelow,
}: Push): Promise<boolean> {
  let failure = new Failure('Bug', 'nothing was pushed');
  for (let tries = 1; tries <= triesMax; tries += 1) {
    try {
      const refusal = await remote.update(update);
      if (refusal === null) return true;
      failure = new Failure('PushRefused', `the git server refuses the push: ${refusal}`);
    } catch (thrown) {
      failure = asFailure(thrown);
      if (failure.errorClass !== 'transient') throw failure;
    }
    const tip = (await remote.branches(update.branch)).get(update.branch) ?? noOid;
    if (tip === update.to) return true;
    if (tip !== update.from) return tip !== noOid && (await landedBelow(tip));
    const rival = update.from === noOid ? await rivalOf(remote, update.branch) : null;
    if (rival !== null) {
      const text = `branch ${update.branch} cannot be created while branch ${rival} exists`;
      throw new Failure('Conflict', text, { errorClass: 'stalled' });
    }
    await clock.wait(pauseMs * tries);
  }
  throw failure;
}
