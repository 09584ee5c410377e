/**
 * Removes files of retired agents of which nothing is left: the record gets `gone` first, then the
 * file is removed. A run that dies in between leaves a file that the next run removes; in the other
 * order the file would look removed by a person.
 */
import { type AgentId, parseAgentId } from '../../../core/agent/agent.ts';
import { labelNames } from '../../../core/fleet/observed.ts';
import {
  type AgentRecord,
  effectHash,
  newRecord,
  type RecordFile,
} from '../../../core/fleet/recorded.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { gone } from '../../../core/status/status.ts';
import { agentFileAt } from '../../../ports/at-snapshot.ts';
import type { CommitDraft } from '../../../ports/desired-state.ts';
import { pushOnTip } from '../../../ports/tip.ts';
import { isLeaseLive } from '../../shared/run-state.ts';
import type { FinalizePorts } from './finalize-ports.ts';
import type { Parts } from './parts.ts';

type Finished = Plan['finished'][number];

type RetiredFiles = {
  readonly finished: readonly Finished[];
  readonly records: readonly RecordFile[];
  /** the fleet's id in labels */
  readonly fleet: string;
};

/** Agents whose file was removed, sorted. */
export async function finalizeRetired(
  ports: FinalizePorts,
  parts: Pick<Parts, 'turn'>,
  { finished, records, fleet }: RetiredFiles,
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const one of finished) {
    const mayGoOn = await parts.turn('retired files', one.agent, async () => {
      if (!(await sayGone(ports, one, { records, fleet }))) return;
      if (one.fileGoes && (await removeFile(ports, one))) removed.push(one.agent);
    });
    if (!mayGoOn) break;
  }
  return removed.sort();
}

/** False where the file changed since the plan, or something is left: the next run decides. */
async function sayGone(
  ports: FinalizePorts,
  finished: Finished,
  { records, fleet }: Pick<RetiredFiles, 'records' | 'fleet'>,
): Promise<boolean> {
  const id = parseAgentId(finished.agent);
  const file = await agentFileAt(await ports.state.fetch('main'), finished.path);
  if (id === null || file?.kind !== 'valid' || file.oid !== finished.file) return false;
  const known = records.find((one) => one.id === id);
  const before = known?.kind === 'valid' ? known.record : null;
  if (await someServer(ports, { id, fleet, server: before?.server })) return false;
  if (await isLeaseLive(ports, before?.lease)) return false;
  const at = new Date(await ports.cloud.now()).toISOString();
  const { subscription, customer } = file.agent.spec;
  let said = false;
  await ports.journal.update(
    id,
    (current) => {
      said = current?.gone !== undefined && current.observedOid === file.oid;
      if (effectHash(current) !== effectHash(before)) return null;
      const { lease: _over, ...record } = current ?? newRecord(id, subscription, customer);
      said = true;
      return gone(record, at, file.oid);
    },
    'now',
  );
  return said;
}

/** A listing proves nothing: servers are looked up by recorded id, by name and by label. */
async function someServer(
  { cloud, log }: FinalizePorts,
  {
    id,
    fleet,
    server,
  }: {
    readonly id: AgentId;
    readonly fleet: string;
    readonly server: AgentRecord['server'] | undefined;
  },
): Promise<boolean> {
  const recorded = server === undefined ? null : await cloud.server(server.id);
  // A failed create may have made a server that no listing contains yet.
  const others = [await cloud.serverByName(id), ...(await cloud.serversOf(fleet, id))];
  const labelled = others.find((one) => one?.labels[labelNames.agent] === id) ?? null;
  const found = recorded ?? labelled;
  if (found !== null)
    log.warn({ agent: id, server: found.id }, 'a server of the agent was not listed');
  return found !== null;
}

async function removeFile(ports: FinalizePorts, finished: Finished): Promise<boolean> {
  const { agent, path, file } = finished;
  const draft: CommitDraft = {
    subject: `${agent}: remove the file, nothing is left`,
    body: 'The server, its device, its addresses and its state are gone; the subscription has ended.',
    trailers: [['Aura-Cause', 'finalized']],
    edits: [{ path, text: null }],
  };
  const { commits } = await pushOnTip(ports, 'main', async (main) => ({
    drafts: (await main.read(path))?.oid === file ? [draft] : [],
  }));
  return commits.length > 0;
}
