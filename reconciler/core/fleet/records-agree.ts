/**
 * Decides whether a `main` is the one that was reconciled last: every record of an agent that is still
 * there names the very file that stands on it. Asked where `main` was rewritten, so that a branch that
 * was repaired is read on, and one that lost files is not.
 */
import { agentPath } from '../agent/agent.ts';
import type { RecordFile } from './recorded.ts';

/** @param oids of the files on `main`, by path. A record that cannot be read agrees with nothing. */
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
