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
  time: Time,
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
  return { path, approval: parsed.value, ...(await standingOf(ports, main, path, time)) };
}

/** Whether a file of `main` came by a review that counts, however long ago; in words where not. */
export async function reviewOf(
  { state, forge, log }: ApprovalPorts,
  main: Snapshot,
  path: string,
): Promise<{ readonly reviewed: boolean; readonly why: string }> {
  try {
    const commit = await state.lastCommitOf('main', path);
    if (commit === null) return { reviewed: false, why: 'history does not show its commit' };
    const merged = await forge.mergedProposalOf(commit.commit);
    return await judged({ state, forge, log }, main, { path, commit, merged });
  } catch (error) {
    log.warn({ path, error }, 'the Forge could not be asked about a decision; it does not count');
    return { reviewed: false, why: 'the Forge could not be asked' };
  }
}

type Standing = Pick<ReadApproval, 'standing' | 'why'>;

async function standingOf(
  ports: ApprovalPorts,
  main: Snapshot,
  path: string,
  { policy, nowMs }: Time,
): Promise<Standing> {
  const { state, forge, log } = ports;
  const hours = policy.approvals.validHours;
  const isOver = (at: string) => nowMs - timeMs(at) >= hours * 3_600_000;
  try {
    const commit = await state.lastCommitOf('main', path);
    if (commit === null) return no('history does not show its commit');
    const merged = await forge.mergedProposalOf(commit.commit);
    const late = isOver(merged?.mergedAt ?? commit.at);
    if (late) return { standing: 'over', why: `more than ${hours} hours have passed` };
    const { reviewed, why } = await judged(ports, main, { path, commit, merged });
    return reviewed ? { standing: 'granted', why } : no(why);
  } catch (error) {
    log.warn({ path, error }, 'the Forge could not be asked about an approval; it does not count');
    return no('the Forge could not be asked');
  }
}

type Brought = {
  readonly path: string;
  readonly commit: LogEntry;
  readonly merged: MergedProposal | null;
};

async function judged(
  ports: ApprovalPorts,
  main: Snapshot,
  { path, commit, merged }: Brought,
): Promise<{ readonly reviewed: boolean; readonly why: string }> {
  const unreviewed = (why: string) => ({ reviewed: false, why });
  if (merged === null) return unreviewed('no merged pull request stands behind it');
  if (commit.paths.some((one) => codeOwnersPaths.some((owners) => owners === one)))
    return unreviewed('the commit that brought it changes who owns it');
  if (merged.approvedBy.length === 0) return unreviewed('nobody but its author approved of it');
  const missing = await missingReview(ports, main, { path, merged });
  if (missing !== null) return unreviewed(missing);
  return { reviewed: true, why: `approved by ${merged.approvedBy.join(', ')}` };
}

function no(why: string): Standing {
  return { standing: 'doesNotCount', why };
}
