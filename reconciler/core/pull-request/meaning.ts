/**
 * What a changed file of an agent means for its VM and its data. A revert is read like any other
 * change: what it takes back may be destroyed already, and then it makes a new VM without the data.
 */
import type { AgentFile, AgentSpec } from '../agent/agent.ts';
import { destroyedBy, lossOf, retiredAgain } from '../commands/loss.ts';
import { whatGoes } from '../commands/revert-loss.ts';
import type { AgentRecord } from '../fleet/recorded.ts';

export type ChangedFile = {
  readonly agent: string;
  readonly path: string;
  /** null where there is no such file */
  readonly before: AgentFile | null;
  readonly after: AgentFile | null;
};

type Merging = {
  readonly graceHours: number;
  /** it removes the files of no other agents */
  readonly alone: boolean;
};

/** Sentences; none where the plan says everything. */
export function meaningOf(
  { before, after }: Pick<ChangedFile, 'before' | 'after'>,
  record: AgentRecord | null,
  { graceHours, alone }: Merging,
): readonly string[] {
  const [was, is] = [specOf(before), specOf(after)];
  if (after === null) return was === null ? [] : removed(was, record, { graceHours, alone });
  if (is === null) return [];
  if (was === null) return before === null ? broughtBack(is, record) : [];
  return changed(was, is, record);
}

function specOf(file: AgentFile | null): AgentSpec | null {
  return file?.kind === 'valid' ? file.agent.spec : null;
}

function removed(
  { retired }: AgentSpec,
  record: AgentRecord | null,
  { graceHours, alone }: Merging,
): readonly string[] {
  if (record === null || record.gone !== undefined) return ['nothing was made of it, or is left'];
  if (!alone) return ['its VM and its data stay, until a person decides'];
  const loss = lossOf(record);
  const then = `Aura restores the file with a tombstone that cites the removal, and its grace of ${graceHours} h begins`;
  const known = retired === undefined ? then : 'Aura restores the file with its tombstone';
  return [known, ...(loss === null ? ['it has no VM'] : [`then it loses ${loss}`])];
}

/** The file of an agent that there was before: its records are kept for a time. */
function broughtBack(is: AgentSpec, record: AgentRecord | null): readonly string[] {
  if (record === null || is.retired !== undefined) return [];
  if (record.server !== undefined) return ['its VM is still there and stays, with its data'];
  const last = record.destroyed.at(-1);
  if (last === undefined && record.gone === undefined) return [];
  const lost =
    last === undefined
      ? `nothing was left of it at ${record.gone}`
      : `server ${last.server} and its data are gone since ${last.at}`;
  return [`${lost}: it gets a new VM, and the data is gone`];
}

function changed(was: AgentSpec, is: AgentSpec, record: AgentRecord | null): readonly string[] {
  const names = (['region', 'retired'] as const).filter(
    (name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]),
  );
  const lifted = was.retired !== undefined && is.retired === undefined ? was.retired : null;
  if (lifted !== null && destroyedBy(lifted, record) === null && record?.server !== undefined)
    return ['its VM is still there and stays, with its data', ...retiredAgain(lifted, is.access)];
  const asReverted = {
    names: lifted === null ? names.filter((name) => name !== 'retired') : names,
  };
  const { revision } = is;
  const { lost, notes } = whatGoes({ ...asReverted, back: is, now: was, revision }, record);
  const retires = is.retired !== undefined && was.retired === undefined ? lossOf(record) : null;
  return [
    ...(lost === null ? [] : [lost === lossOf(record) ? `it loses ${lost}` : lost]),
    ...(retires === null ? [] : [`it loses ${retires}`]),
    ...notes,
    ...(lifted === null ? [] : retiredAgain(lifted, is.access)),
  ];
}
