/**
 * Combines the decision files about one resource. Several files may name the same resource, because
 * their names do not matter; contradicting files have no effect.
 */
import type { Orphan } from '../../../schemas/generated/plan.ts';
import type { UnreadableDecision } from '../agent/decision-file.ts';
import { compareText, type OrphanFile } from '../fleet/world.ts';
import { timeMs } from '../text/time.ts';

type Verdict = {
  readonly decision: Orphan['decision'];
  /** the file that is carried out; null if none is */
  readonly file: OrphanFile | null;
  /** why nothing happens or a decision is requested again; empty otherwise */
  readonly word: string;
};

/** @param unreadable unreadable files about the same resource; with one, nothing is decided */
export function verdictOf(
  files: readonly OrphanFile[],
  unreadable: readonly UnreadableDecision[],
  nowMs: number,
): Verdict {
  if (unreadable.length > 0) {
    const word = unreadable.map(({ message }) => `; ${message}`).join('');
    return { decision: 'undecided', file: null, word };
  }
  const sorted = [...files].sort((a, b) => compareText(a.path, b.path));
  const [first, ...more] = sorted.filter((file) => counts(file, nowMs));
  if (first === undefined) return without(sorted, nowMs);
  const other = more.find((file) => choiceOf(file) !== choiceOf(first));
  const choice = choiceOf(first);
  if (other === undefined) return { decision: choice, file: first, word: '' };
  const word = `; ${first.path} says ${choice}, and ${other.path} says ${choiceOf(other)}: remove one`;
  return { decision: 'undecided', file: null, word };
}

/** Until when the resource is kept, ms; null for other decisions. */
export function keptUntilMs({ decision }: OrphanFile['decision']): number | null {
  return typeof decision === 'string' ? null : timeMs(decision.keep.until);
}

/** No file decides: none exists, the decisions are undecided, expired or not reviewed. */
function without(sorted: readonly OrphanFile[], nowMs: number): Verdict {
  // After a `keep` has expired, a decision is requested again.
  const isNew = sorted.every((file) => isExpired(file, nowMs));
  const word = sorted.map((file) => wordOn(file.path, file.decision)).find((one) => one !== '');
  return { decision: isNew ? 'new' : 'undecided', file: null, word: word ?? '' };
}

function wordOn(path: string, { decision }: OrphanFile['decision']): string {
  if (typeof decision !== 'string') return `; it was kept until ${decision.keep.until}`;
  return decision === 'undecided' ? '' : `; ${path} says ${decision}, which was not reviewed`;
}

/** `keep` needs no review; decisions that change something do. */
function counts(file: OrphanFile, nowMs: number): boolean {
  if (keptUntilMs(file.decision) !== null) return !isExpired(file, nowMs);
  return file.reviewed && file.decision.decision !== 'undecided';
}

function isExpired({ decision }: OrphanFile, nowMs: number): boolean {
  const untilMs = keptUntilMs(decision);
  return untilMs !== null && untilMs <= nowMs;
}

function choiceOf({ decision: { decision } }: OrphanFile): Orphan['decision'] {
  return typeof decision === 'string' ? decision : 'keep';
}
