/** What a resync writes: some agents in one push, and all that it wrote read once more at its end. */
import { type AgentId, agentIdOf, agentPath } from '../../core/agent/agent.ts';
import type { BilledSubscription } from '../../core/billing/billing.ts';
import { asFailure, type Failure } from '../../core/failure.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import { pushOnTip } from '../../ports/tip.ts';
import { readsPerSecond } from '../shared/stripe-account.ts';
import type { Tip } from '../shared/subscription-file.ts';
import type { AccountProof } from './account-proof.ts';
import { type Found, type FoundChange, findChange, type ResyncPorts } from './find-change.ts';
import type { ResyncTally } from './report.ts';

export type ResyncOptions = {
  /** what would be written is said, and nothing is */
  readonly dryRun?: boolean;
  /** ends after so many subscriptions, with a cursor */
  readonly max?: number;
  /** goes on after this subscription */
  readonly after?: string;
  /** called after each part, so that one that is cut short can go on */
  onProgress?(cursor: string, seen: number): void;
};
export type Run = {
  readonly ports: ResyncPorts;
  readonly options: ResyncOptions;
  readonly tally: ResyncTally;
  readonly listed: Set<AgentId>;
  readonly readTip: (main: Snapshot) => Promise<Tip>;
  readonly account: AccountProof;
  /** subscriptions whose files were written, and that were not read since */
  readonly unconfirmed: Set<string>;
  tip: Tip;
};

/** Agents in one push, at most; as many subscriptions are looked at together. */
export const partMax = 50;
/** How often Stripe may be asked is not all ours to use. */
const ourShare = 0.5;
const confirmationsMax = 3;

/** Writes what was found on the run's tip, decided again on the tip that is pushed to. */
export async function follow(run: Run, found: readonly FoundChange[]): Promise<void> {
  if (run.options.dryRun === true) for (const change of found) note(run, change, []);
  else
    await writeAll(
      run,
      found.map(({ subscription }) => subscription),
    );
}

/** Each of them is fetched after the tip of the push. */
async function writeAll(run: Run, subscriptions: readonly string[]): Promise<void> {
  if (subscriptions.length === 0) return;
  const { changes, commits } = await pushOnTip(run.ports, 'main', async (main) => {
    run.tip = await run.readTip(main);
    const changes: FoundChange[] = [];
    for (const id of subscriptions) {
      const found = await findOne(run, id);
      if (found.kind === 'change') changes.push(found);
    }
    return { changes, drafts: changes.flatMap(({ drafts }) => drafts) };
  });
  const left = [...commits];
  for (const change of changes) {
    note(run, change, left.splice(0, change.drafts.length));
    run.unconfirmed.add(change.subscription);
  }
}

/**
 * What was written is read once more: a service may have read Stripe at the same time as we did, later
 * than we were answered, found the file as it should be and left it so.
 */
export async function confirmAll(run: Run): Promise<void> {
  for (let times = 0; times < confirmationsMax && run.unconfirmed.size > 0; times += 1) {
    const written = [...run.unconfirmed];
    run.unconfirmed.clear();
    for (let next = 0; next < written.length; next += partMax)
      await writeAll(run, written.slice(next, next + partMax));
  }
}

/**
 * One agent's own trouble is its own; what concerns all of them ends the run.
 * @param given as it was listed, or its id where it is to be fetched after the run's tip
 */
export async function findOne(
  { ports, tally, tip }: Run,
  given: BilledSubscription | string,
): Promise<Found | { readonly kind: 'failed'; readonly failure: Failure }> {
  const isListed = typeof given !== 'string';
  if (!isListed) await ports.clock.wait(1000 / (ourShare * readsPerSecond(tip.policy.stripe)));
  try {
    return await findChange(ports, tip, given);
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.scope === 'fleet' || failure.errorClass === 'bug') throw thrown;
    const agent = agentIdOf(isListed ? given.id : given);
    tally.failed({ agent, path: agentPath(agent) }, failure);
    return { kind: 'failed', failure };
  }
}

function note({ tally }: Run, change: FoundChange, commits: readonly string[]): void {
  const { agent, causes, subject, paidButRetired } = change;
  tally.wrote({ agent, causes, subject, commits }, paidButRetired);
}
