/**
 * Retired agents of whom nothing is left: the record says `gone` first, then the file goes. Dying
 * between the two leaves a file that the next tick removes; the other order would leave a record
 * that looks like somebody removed its file.
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
import type { Parts } from './parts.ts';
import type { SettlePorts } from './settle-ports.ts';

type Settled = Plan['settled'][number];

type RetiredFiles = {
  readonly settled: readonly Settled[];
  readonly records: readonly RecordFile[];
  /** as it stands in labels */
  readonly fleet: string;
};

/** Agents whose file went, sorted. */
export async function settleRetired(
  ports: SettlePorts,
  parts: Pick<Parts, 'turn'>,
  { settled, records, fleet }: RetiredFiles,
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const one of settled) {
    const mayGoOn = await parts.turn('retired files', one.agent, async () => {
      if (!(await sayGone(ports, one, { records, fleet }))) return;
      if (one.fileGoes && (await removeFile(ports, one))) removed.push(one.agent);
    });
    if (!mayGoOn) break;
  }
  return removed.sort();
}

/** False where the file changed since the plan, or something is left: the next tick decides anew. */
async function sayGone(
  ports: SettlePorts,
  settled: Settled,
  { records, fleet }: Pick<RetiredFiles, 'records' | 'fleet'>,
): Promise<boolean> {
  const id = parseAgentId(settled.agent);
  const file = await agentFileAt(await ports.state.fetch('main'), settled.path);
  if (id === null || file?.kind !== 'valid' || file.oid !== settled.file) return false;
  const known = records.find((one) => one.id === id);
  const before = known?.kind === 'valid' ? known.record : null;
  if (await someServer(ports, { id, fleet, server: before?.server })) return false;
  if (await isLeaseLive(ports, before?.claim)) return false;
  const at = new Date(await ports.cloud.now()).toISOString();
  const { subscription, customer } = file.agent.spec;
  let said = false;
  await ports.journal.update(
    id,
    (current) => {
      said = current?.gone !== undefined && current.observedOid === file.oid;
      if (effectHash(current) !== effectHash(before)) return null;
      const { claim: _over, ...record } = current ?? newRecord(id, subscription, customer);
      said = true;
      return gone(record, at, file.oid);
    },
    'now',
  );
  return said;
}

/**
 * A listing that lacks a server is no proof: what the record still names is asked for by its id, and
 * what a create or a person left by the agent's name and by its label.
 */
async function someServer(
  { cloud, log }: SettlePorts,
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
  // A create whose answer was an error may have made one that no listing shows yet.
  const others = [await cloud.serverByName(id), ...(await cloud.serversOf(fleet, id))];
  const labelled = others.find((one) => one?.labels[labelNames.agent] === id) ?? null;
  const found = recorded ?? labelled;
  if (found !== null)
    log.warn({ agent: id, server: found.id }, 'a server of its own was not listed');
  return found !== null;
}

async function removeFile(ports: SettlePorts, settled: Settled): Promise<boolean> {
  const { agent, path, file } = settled;
  const draft: CommitDraft = {
    subject: `${agent}: nothing is left, its file goes`,
    body: 'The server, its device, its addresses and its state are gone; the subscription has ended.',
    trailers: [['Aura-Cause', 'settled']],
    edits: [{ path, text: null }],
  };
  const { commits } = await pushOnTip(ports, 'main', async (main) => ({
    drafts: (await main.read(path))?.oid === file ? [draft] : [],
  }));
  return commits.length > 0;
}
