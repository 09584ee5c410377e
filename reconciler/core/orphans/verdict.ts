/**
 * Decides what the decision files about one resource say together. Files are distinguished by what they
 * say and not by their names, so there may be several: those that decide must say the same. Where they
 * do not, nothing happens until a person has decided, and the status says why.
 */
import type { Orphan } from '../../../schemas/generated/plan.ts';
import type { UnreadableDecision } from '../agent/decision-file.ts';
import { compareText, type OrphanFile } from '../fleet/world.ts';
import { timeMs } from '../text/time.ts';

type Verdict = {
  readonly decision: Orphan['decision'];
  /** the one that is carried out; null where none is */
  readonly file: OrphanFile | null;
  /** what has to be known where nothing happens or it is asked again; empty where that is nothing */
  readonly word: string;
};

/** @param unreadable about the same resource: what they decide is not known, so nothing is decided */
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

/** ms; null where the decision is another one than to keep it. */
export function keptUntilMs({ decision }: OrphanFile['decision']): number | null {
  return typeof decision === 'string' ? null : timeMs(decision.keep.until);
}

/** None of them decides: either none was made, or its time is up, or no review stands behind it. */
function without(sorted: readonly OrphanFile[], nowMs: number): Verdict {
  // Past that it is asked again, like an undecided one.
  const isNew = sorted.every((file) => isExpired(file, nowMs));
  const word = sorted.map((file) => wordOn(file.path, file.decision)).find((one) => one !== '');
  return { decision: isNew ? 'new' : 'undecided', file: null, word: word ?? '' };
}

function wordOn(path: string, { decision }: OrphanFile['decision']): string {
  if (typeof decision !== 'string') return `; it was kept until ${decision.keep.until}`;
  return decision === 'undecided' ? '' : `; ${path} says ${decision}, which was not reviewed`;
}

/** Keeping does no harm; what changes something needs a reviewer. */
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
