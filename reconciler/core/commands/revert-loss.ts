/** Decides which revision a revert sets, and describes what it destroys. */
import type { AgentSpec, Retired } from '../agent/agent.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { highestUsed, nextRevision } from '../fleet/revisions.ts';
import { destroyedBy, lossOf } from './loss.ts';

type RevisionAsked = {
  /** the file as it is now */
  readonly from: AgentSpec;
  /** the revision before the commit; the file's own if the commit did not change it */
  readonly to: number;
  /** the tombstone that the revert removes */
  readonly lifted: Retired | undefined;
};

/**
 * The revision before the commit if that destroys nothing: it is not higher than now, was never
 * used, or the existing server has it or a later one. Otherwise the next revision.
 */
export function revisionBack(
  { from, to, lifted }: RevisionAsked,
  record: AgentRecord | null,
): number {
  const next = () => nextRevision(from.revision, record);
  if (lifted !== undefined && destroyedBy(lifted, record) !== null) return next();
  if (to <= from.revision || to > highestUsed(record)) return to;
  return runsAs(to, record) ? to : next();
}

/** Whether the existing server was made under that revision or a later one. */
function runsAs(revision: number, record: AgentRecord | null): boolean {
  return record?.server !== undefined && (record.chosen?.revision ?? 0) >= revision;
}

type Reverted = {
  /** reverted fields, sorted */
  readonly names: readonly string[];
  readonly back: AgentSpec;
  readonly now: AgentSpec;
  /** the file's revision after the revert */
  readonly revision: number;
};
type Goes = { readonly lost: string | null; readonly notes: readonly string[] };

export function whatGoes(
  { names, back, now, revision }: Reverted,
  record: AgentRecord | null,
): Goes {
  const { retired } = now;
  const ended =
    names.includes('retired') && retired !== undefined ? destroyedBy(retired, record) : null;
  if (ended !== null)
    return { lost: ended, notes: [`a new VM is made as revision ${revision}, without its data`] };
  const stays = names.includes('region') ? staysElsewhere(back.region, record) : [];
  if (revision === now.revision) return { lost: null, notes: stays };
  if (revision > now.revision) return raised(revision, record);
  const { lost, notes } = lowered(now.revision, record);
  return { lost, notes: [...notes, ...stays] };
}

function raised(revision: number, record: AgentRecord | null): Goes {
  if (runsAs(revision, record))
    return { lost: null, notes: ['the VM that runs now stays as it is'] };
  return { lost: lossOf(record), notes: [`a fresh VM is made as revision ${revision}`] };
}

function lowered(from: number, record: AgentRecord | null): Goes {
  const destroyed = record?.destroyed.findLast(({ kind }) => kind === 'replace');
  const gone =
    destroyed === undefined
      ? null
      : `server ${destroyed.server} and its data are gone since ${destroyed.at}`;
  if (record?.chosen === undefined || record.chosen.revision < from)
    return gone !== null && record?.server === undefined
      ? { lost: gone, notes: [] }
      : { lost: null, notes: ['the VM that it asked for was not made yet, and will not be'] };
  const what = gone ?? `what revision ${from} replaced`;
  return { lost: what, notes: ['the VM that runs now stays as it is'] };
}

/** A revert does not move a server back. */
function staysElsewhere(region: string, record: AgentRecord | null): readonly string[] {
  const chosen = record?.chosen;
  if (record?.server === undefined || chosen === undefined || chosen.region === region) return [];
  return [`its VM stays in ${chosen.location}: \`region ${region}\` makes a fresh one there`];
}
