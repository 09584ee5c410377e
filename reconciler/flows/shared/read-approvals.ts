/**
 * Reads the approvals on `main` and what the Forge says stands behind each. One counts only where it
 * came by a merged pull request that a code owner of it approved of, other than its author, and only
 * for a while. Where the Forge cannot be asked, none counts.
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
  /** null for one that cannot be read */
  readonly approval: ApprovalDecision | null;
  /** `over`: it counts no more, whatever comes */
  readonly standing: 'granted' | 'over' | 'doesNotCount';
  /** in words, for whom wonders why nothing happens */
  readonly why: string;
  /** where there is no approval */
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
  /** in words, also why not */
  readonly why: string;
  /** when it came to `main`; null where that is not known */
  readonly at: string | null;
};

/** Whether a file of `main` came by a review that counts, however long ago. */
export async function reviewOf(
  ports: ApprovalPorts,
  main: Snapshot,
  path: string,
): Promise<Review> {
  const { state, forge, log } = ports;
  try {
    const commit = await state.lastCommitOf('main', path);
    if (commit === null)
      return { reviewed: false, why: 'history does not show its commit', at: null };
    const merged = await forge.mergedProposalOf(commit.commit);
    if (merged === null) {
      const why = 'no merged pull request stands behind it';
      return { reviewed: false, why, at: commit.at };
    }
    const objection = await objectionTo(ports, main, { path, commit, merged });
    const why = objection ?? `approved by ${merged.approvedBy.join(', ')}`;
    return { reviewed: objection === null, why, at: merged.mergedAt };
  } catch (error) {
    log.warn({ path, error }, 'the Forge could not be asked about a decision; it does not count');
    return { reviewed: false, why: 'the Forge could not be asked', at: null };
  }
}

type Brought = {
  readonly path: string;
  readonly commit: LogEntry;
  readonly merged: MergedProposal;
};

/** null where the review counts */
async function objectionTo(
  ports: ApprovalPorts,
  main: Snapshot,
  { path, commit, merged }: Brought,
): Promise<string | null> {
  if (commit.paths.some((one) => codeOwnersPaths.some((owners) => owners === one)))
    return 'the commit that brought it changes who owns it';
  if (merged.approvedBy.length === 0) return 'only its author approved of it';
  return missingReview(ports, main, { path, merged });
}
