/**
 * Decides whether a rewritten `main` agrees with the records: the record of every agent that is not
 * gone must name the file's blob on `main`. A branch that lost files does not agree.
 */
import { agentPath } from '../agent/agent.ts';
import type { RecordFile } from './recorded.ts';

/** @param oids of the files on `main`, by path. A record that cannot be read does not agree. */
export function recordsAgree(
  records: readonly RecordFile[],
  oids: ReadonlyMap<string, string>,
): boolean {
  return records.every((file) => {
    if (file.kind === 'invalid') return false;
    const { gone, observedOid } = file.record;
    if (gone !== undefined) return true;
    const oid = oids.get(agentPath(file.id));
    return oid !== undefined && (observedOid === undefined || observedOid === oid);
  });
}
