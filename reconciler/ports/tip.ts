/**
 * Reads and pushes to the tip of a branch. A push names the tip that its commits were decided on;
 * if another writer was faster, they are decided again on the new tip.
 */
import { asFailure, Failure } from '../core/failure.ts';
import { statusReadme } from '../core/fleet/fleet-record.ts';
import type { Clock } from './clock.ts';
import type { CommitDraft, DesiredState, Snapshot } from './desired-state.ts';

type PushPorts = { readonly state: Pick<DesiredState, 'fetch' | 'push'>; readonly clock: Clock };

/** The decision on one tip; without drafts nothing is pushed. */
type OnTip = { readonly drafts: readonly CommitDraft[] };
/** The last decision, with one commit for each draft, in order. */
type Pushed<Decision extends OnTip> = Decision & { readonly commits: readonly string[] };

const triesMax = 16;
/** Between two tries; grows with each. */
const pauseMs = 150;

/** Throws `NotFound` where the branch does not exist. */
export async function tipOf(
  { state }: { readonly state: Pick<DesiredState, 'fetch'> },
  branch: string,
): Promise<Snapshot> {
  return existing(await state.fetch(branch), branch);
}

/** Pushes to an existing branch. Throws `PushRejected` where every try lost to another writer. */
export function pushOnTip<Decision extends OnTip>(
  ports: PushPorts,
  branch: string,
  decide: (tip: Snapshot) => Promise<Decision>,
): Promise<Pushed<Decision>> {
  return pushed(ports, branch, (tip) => decide(existing(tip, branch)));
}

/** Pushes to branch `status`, or creates it. Retries transient failures until the deadline. */
export async function pushOnStatus<Decision extends OnTip>(
  ports: PushPorts,
  decide: (status: Snapshot | null) => Promise<Decision>,
  deadlineMs = 15_000,
): Promise<Pushed<Decision>> {
  const { clock } = ports;
  const until = clock.now() + deadlineMs;
  for (let tries = 1; ; tries += 1) {
    try {
      return await pushed(ports, 'status', decide);
    } catch (thrown) {
      const waitMs = 1000 * 2 ** Math.min(tries, 4);
      if (asFailure(thrown).errorClass !== 'transient' || clock.now() + waitMs > until)
        throw thrown;
      await clock.wait(waitMs);
    }
  }
}

async function pushed<Decision extends OnTip>(
  { state, clock }: PushPorts,
  branch: string,
  decide: (tip: Snapshot | null) => Promise<Decision>,
): Promise<Pushed<Decision>> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    if (tries > 0) await clock.wait(pauseMs * tries);
    const tip = await state.fetch(branch);
    const decision = await decide(tip);
    if (decision.drafts.length === 0) return { ...decision, commits: [] };
    const drafts = tip === null ? withReadme(decision.drafts) : decision.drafts;
    const outcome = await state.push(branch, tip, drafts);
    if (outcome.kind === 'pushed') return { ...decision, commits: outcome.commits };
  }
  throw new Failure('PushRejected', `branch ${branch} kept moving`);
}

export function existing(tip: Snapshot | null, branch: string): Snapshot {
  if (tip !== null) return tip;
  throw new Failure('NotFound', `the agents repository has no branch ${branch}`);
}

/** Only branch `status` is created this way. */
function withReadme([first, ...rest]: readonly CommitDraft[]): readonly CommitDraft[] {
  if (first === undefined) return [];
  const readme = { path: 'README.md', text: statusReadme };
  return [{ ...first, edits: [readme, ...first.edits] }, ...rest];
}
