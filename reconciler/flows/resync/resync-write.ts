/** What a resync writes: some agents in one push, and all that it wrote read once more at its end. */
import { type AgentId, agentIdOf, agentPath } from '../../core/agent/agent.ts';
import { asFailure, Failure } from '../../core/failure.ts';
import { readsPerSecond } from '../shared/stripe-account.ts';
import type { Tip } from '../shared/subscription-file.ts';
import type { AccountProof } from './resync-account.ts';
import type { ResyncTally } from './resync-report.ts';
import { type Found, findChange, type ResyncPorts } from './resync-tip.ts';

export type ResyncOptions = {
  /** what would be written is said, and nothing is */
  readonly dryRun?: boolean;
  /** ends after so many subscriptions, with a cursor */
  readonly max?: number;
  /** goes on after this subscription */
  readonly after?: string;
  /** told after each part, so that one that is cut short can go on */
  onProgress?(cursor: string, seen: number): void;
};
export type Run = {
  readonly ports: ResyncPorts;
  readonly options: ResyncOptions;
  readonly tally: ResyncTally;
  readonly listed: Set<AgentId>;
  readonly readTip: () => Promise<Tip>;
  readonly account: AccountProof;
  /** subscriptions whose files were written, and that were not read since */
  readonly unconfirmed: Set<string>;
  tip: Tip;
};

/** Agents in one push, at most; as many subscriptions are looked at together. */
export const partMax = 50;
/** How often Stripe may be asked is not all ours to use. */
const ourShare = 0.5;
const pauseMs = 50;
const triesMax = 20;
const confirmationsMax = 3;

/** One push, decided anew on every tip that it is lost to. */
export async function writeAll(run: Run, subscriptions: readonly string[]): Promise<void> {
  const { ports } = run;
  if (subscriptions.length === 0) return;
  for (let tries = 1; tries <= triesMax; tries += 1) {
    run.tip = await run.readTip();
    const changes: Changed[] = [];
    for (const id of subscriptions) {
      await ports.clock.wait(fetchPauseMs(run));
      const found = await attempted(run, agentIdOf(id), () => findChange(ports, run.tip, id));
      if (found?.kind === 'change') changes.push({ ...found, id });
    }
    const drafts = changes.flatMap((one) => one.drafts);
    if (drafts.length === 0) return;
    const pushed = await ports.state.push('main', run.tip.snapshot, drafts);
    if (pushed.kind === 'pushed') {
      let next = 0;
      for (const change of changes) {
        note(run, change, pushed.commits.slice(next, next + change.drafts.length));
        next += change.drafts.length;
        run.unconfirmed.add(change.id);
      }
      run.tip = await run.readTip();
      return;
    }
    await ports.clock.wait(pauseMs * tries);
  }
  throw new Failure('PushRejected', 'main kept moving while a resync was written');
}

type Changed = Extract<Found, { readonly kind: 'change' }> & { readonly id: string };

/**
 * What was written is read once more: a service may have read Stripe at the same time as we did, later
 * than we were answered, found the file as it should be and left it so.
 */
export async function confirmAll(run: Run): Promise<void> {
  for (let rounds = 0; rounds < confirmationsMax && run.unconfirmed.size > 0; rounds += 1) {
    const written = [...run.unconfirmed];
    run.unconfirmed.clear();
    for (let next = 0; next < written.length; next += partMax)
      await writeAll(run, written.slice(next, next + partMax));
  }
}

export function fetchPauseMs({ tip }: Run): number {
  return 1000 / (ourShare * readsPerSecond(tip.policy.stripe));
}

/** One agent's own trouble is its own; what concerns everybody ends the run. */
export async function attempted(
  { tally }: Run,
  agent: AgentId,
  find: () => Promise<Found>,
): Promise<Found | null> {
  try {
    return await find();
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.scope === 'fleet' || failure.fate === 'bug') throw thrown;
    tally.failed({ agent, path: agentPath(agent) }, failure);
    return null;
  }
}

export function note(
  { tally }: Run,
  found: Found & { kind: 'change' },
  commits: readonly string[],
): void {
  const { agent, causes, subject, paidButRetired } = found;
  tally.wrote({ agent, causes, subject, commits }, paidButRetired);
}
