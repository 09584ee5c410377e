/**
 * Writes the changes of a resync, some agents per push, and reads what it wrote again at the end.
 */
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
  /** reports what would be written, and writes nothing */
  readonly dryRun?: boolean;
  /** ends after this many subscriptions, with a cursor */
  readonly max?: number;
  /** continues after this subscription */
  readonly after?: string;
  /** called after each part, so that an interrupted run can continue */
  onProgress?(cursor: string, seen: number): void;
};
export type Run = {
  readonly ports: ResyncPorts;
  readonly options: ResyncOptions;
  readonly tally: ResyncTally;
  readonly listed: Set<AgentId>;
  readonly readTip: (main: Snapshot) => Promise<Tip>;
  readonly account: AccountProof;
  /** subscriptions whose files were written and that were not read since */
  readonly unconfirmed: Set<string>;
  tip: Tip;
};

/** The most agents in one push, and subscriptions in one part. */
export const partMax = 50;
/** The share of Stripe's rate limit that a resync uses. */
const ourShare = 0.5;
const confirmationsMax = 3;

/** Writes the changes, decided again on the tip that is pushed to. */
export async function follow(run: Run, found: readonly FoundChange[]): Promise<void> {
  if (run.options.dryRun === true) for (const change of found) note(run, change, []);
  else
    await writeAll(
      run,
      found.map(({ subscription }) => subscription),
    );
}

/** Each is fetched after the tip of the push. */
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

/** Reads written files again: a service with a newer reading may have found nothing to write. */
export async function confirmAll(run: Run): Promise<void> {
  for (let times = 0; times < confirmationsMax && run.unconfirmed.size > 0; times += 1) {
    const written = [...run.unconfirmed];
    run.unconfirmed.clear();
    for (let next = 0; next < written.length; next += partMax)
      await writeAll(run, written.slice(next, next + partMax));
  }
}

/**
 * A failure of one agent is reported; one of the fleet ends the run.
 * @param given as listed, or its id to fetch it after the run's tip
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
