/**
 * What has to hold right before anything of an orphan is destroyed: the reviewed decision as it
 * stands on `main`, no record that speaks for the resource, and no file that asks for its agent.
 */
import { agentPath, parseAgentId } from '../../../core/agent/agent.ts';
import { parseOrphanFile } from '../../../core/agent/decision-file.ts';
import { Failure } from '../../../core/failure.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import { lookAtRemote } from '../../shared/read-remote.ts';
import type { Run } from './attempt.ts';
import { fileOid } from './basis.ts';

export type DestroyOrphan = Change & { kind: 'destroyOrphan' };

/** The resource as the reviewed file describes it. Throws where the decision no longer stands. */
export async function decided({ ports }: Run, { basis, resource, id }: DestroyOrphan) {
  const { stop, main } = await lookAtRemote({ ports });
  if (stop !== null) throw new Failure('Stopped', stop);
  const file = (await main?.read(basis.path)) ?? null;
  const parsed = file === null ? null : parseOrphanFile({ ...file, path: basis.path });
  if (file?.oid !== basis.file || parsed?.ok !== true || parsed.value.decision !== 'destroy')
    throw new Failure('Superseded', 'its decision has changed since it was planned');
  const described = parsed.value.resource;
  if (described.kind !== resource || described.id !== id)
    throw new Failure('Superseded', `${basis.path} is about another resource`);
  return described;
}

export async function proveUnclaimed(
  { ports }: Run,
  claims: (record: AgentRecord) => boolean,
): Promise<void> {
  const { records } = await ports.journal.read();
  const owner = records.find(
    (file) => file.kind === 'valid' && file.record.gone === undefined && claims(file.record),
  );
  if (owner?.kind === 'valid')
    throw new Failure('Superseded', `the record of ${owner.record.name} speaks for it by now`);
}

/** A file that has come since asks for an agent that may take this over. */
export async function proveNoFile(run: Run, agent: string): Promise<void> {
  const id = parseAgentId(agent);
  if (id === null || (await isClaimed(run, id))) return;
  if ((await fileOid(run, agentPath(id))) !== null)
    throw new Failure('Superseded', `${id} has a file by now`);
}

export async function isClaimed({ ports }: Run, agent: string): Promise<boolean> {
  const { records } = await ports.journal.read();
  return records.some(
    (file) => file.kind === 'valid' && file.record.gone === undefined && file.id === agent,
  );
}
