/**
 * Reads the approvals on `main` and their reviews. An approval counts for a limited time, and only
 * if a merged pull request brought it that a code owner other than its author approved. Where the
 * Forge cannot be read, none counts.
 */

import {
  type ApprovalDecision,
  parseApprovalFile,
  type UnreadableDecision,
  unreadableDecision,
} from '../../core/agent/decision-file.ts';
import type { Policy } from '../../core/agent/policy.ts';
import type { LogEntry } from '../../core/commands/history.ts';
import { codeOwnersPaths } from '../../core/plan/code-owners.ts';
import { timeMs } from '../../core/text/time.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { MergedProposal } from '../../ports/forge.ts';
import type { Ports } from '../../ports/ports.ts';
import { missingReview } from './code-owners.ts';

type ApprovalPorts = Pick<Ports, 'state' | 'forge' | 'log'>;
type Time = { readonly policy: Policy; readonly nowMs: number };

type ReadApproval = {
  readonly path: string;
  /** null where it cannot be read */
  readonly approval: ApprovalDecision | null;
  /** `over`: expired for good */
  readonly standing: 'granted' | 'over' | 'doesNotCount';
  /** the reason, for logs and pull requests */
  readonly why: string;
  /** where `approval` is null */
  readonly unreadable?: UnreadableDecision;
};

/** Sorted by path. */
export async function readApprovals(
  ports: ApprovalPorts,
  main: Snapshot,
  time: Time,
): Promise<readonly ReadApproval[]> {
  const read: ReadApproval[] = [];
  for (const { path } of await main.list('approvals/')) {
    const one = path.endsWith('.yaml') ? await readApproval(ports, main, path, time) : null;
    if (one !== null) read.push(one);
  }
  return read;
}

/** Null where `main` has no such file. */
export async function readApproval(
  ports: ApprovalPorts,
  main: Snapshot,
  path: string,
  { policy, nowMs }: Time,
): Promise<ReadApproval | null> {
  const file = await main.read(path);
  if (file === null) return null;
  const { text } = file;
  const parsed = parseApprovalFile({ path, ...file });
  if (!parsed.ok) {
    const { log } = ports;
    log.warn({ path, problems: parsed.problems }, 'an approval is invalid and does not count');
    const unreadable = unreadableDecision({ path, text }, parsed.problems);
    const why = `it cannot be read: ${unreadable.message}`;
    return { path, approval: null, standing: 'doesNotCount', why, unreadable };
  }
  const { reviewed, why, at } = await reviewOf(ports, main, path);
  const { validHours } = policy.approvals;
  if (at !== null && nowMs - timeMs(at) >= validHours * 3_600_000) {
    const late = `more than ${validHours} hours have passed`;
    return { path, approval: parsed.value, standing: 'over', why: late };
  }
  return { path, approval: parsed.value, standing: reviewed ? 'granted' : 'doesNotCount', why };
}

type Review = {
  readonly reviewed: boolean;
  /** the reason, either way */
  readonly why: string;
  /** when it was merged to `main`; null where that is not known */
  readonly at: string | null;
};

/** Whether a file of `main` has a sufficient review, of any age. */
export async function reviewOf(
  ports: ApprovalPorts,
  main: Snapshot,
  path: string,
): Promise<Review> {
  const { state, forge, log } = ports;
  try {
    const commit = await state.lastCommitOf('main', path);
    if (commit === null) return { reviewed: false, why: 'its commit is not in history', at: null };
    const merged = await forge.mergedProposalOf(commit.commit);
    if (merged === null) {
      const why = 'no merged pull request brought it';
      return { reviewed: false, why, at: commit.at };
    }
    const objection = await objectionTo(ports, main, { path, commit, merged });
    const why = objection ?? `approved by ${merged.approvedBy.join(', ')}`;
    return { reviewed: objection === null, why, at: merged.mergedAt };
  } catch (error) {
    log.warn({ path, error }, 'a review could not be read from the Forge; it does not count');
    return { reviewed: false, why: 'its review could not be read from the Forge', at: null };
  }
}

type Brought = {
  readonly path: string;
  readonly commit: LogEntry;
  readonly merged: MergedProposal;
};

/** null where the review is sufficient */
async function objectionTo(
  ports: ApprovalPorts,
  main: Snapshot,
  { path, commit, merged }: Brought,
): Promise<string | null> {
  if (commit.paths.some((one) => codeOwnersPaths.some((owners) => owners === one)))
    return 'the commit that brought it changes CODEOWNERS';
  if (merged.approvedBy.length === 0) return 'only its author approved it';
  return missingReview(ports, main, { path, merged });
}
