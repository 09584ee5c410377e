/** Which revision a revert asks for, and what goes with the servers that it concerns. */
import type { AgentSpec, Retired } from '../agent/agent.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { highestUsed, nextRevision } from '../fleet/revisions.ts';
import { destroyedBy, lossOf } from './loss.ts';

type RevisionAsked = {
  /** the file as it is now */
  readonly from: AgentSpec;
  /** the revision before the commit; the file's own where the commit did not change it */
  readonly to: number;
  /** the tombstone that the revert takes away */
  readonly lifted: Retired | undefined;
};

/**
 * As before the commit, where that destroys nothing: lower than now, never used, or what the server
 * that is there was made as. Where a new VM is made it gets a revision of its own.
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

/** Whether the server that is there was made as that revision, or as a later one. */
function runsAs(revision: number, record: AgentRecord | null): boolean {
  return record?.server !== undefined && (record.chosen?.revision ?? 0) >= revision;
}

type Reverted = {
  /** fields that come back, sorted */
  readonly names: readonly string[];
  readonly back: AgentSpec;
  readonly now: AgentSpec;
  /** that the file asks for then */
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

/** A VM is not moved back by a revert. */
function staysElsewhere(region: string, record: AgentRecord | null): readonly string[] {
  const chosen = record?.chosen;
  if (record?.server === undefined || chosen === undefined || chosen.region === region) return [];
  return [`its VM stays in ${chosen.location}: \`region ${region}\` makes a fresh one there`];
}
