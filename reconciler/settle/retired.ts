/**
 * Retired agents of whom nothing is left: the record says `gone` first, then the file goes. Dying
 * between the two leaves a file that the next tick removes; the other order would leave a record
 * that looks like somebody removed its file.
 */
import { parseAgentId } from '../core/desired/agent.ts';
import { parseAgentFile } from '../core/desired/agent-file.ts';
import { Failure } from '../core/failure.ts';
import type { Plan } from '../core/plan/plan.ts';
import { gone } from '../core/report/status.ts';
import { labelNames } from '../core/world/observed.ts';
import {
  type AgentRecord,
  claimIsLive,
  effectHash,
  newRecord,
  type RecordFile,
} from '../core/world/recorded.ts';
import { runOf } from '../core/world/run.ts';
import type { Parts } from './parts.ts';
import type { SettlePorts } from './settle-ports.ts';

type Settled = Plan['settled'][number];

const triesMax = 5;

/** Agents whose file went, sorted. */
export async function settleRetired(
  ports: SettlePorts,
  parts: Pick<Parts, 'turn'>,
  {
    settled,
    records,
  }: { readonly settled: readonly Settled[]; readonly records: readonly RecordFile[] },
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const one of settled) {
    const mayGoOn = await parts.turn('retired files', one.agent, async () => {
      if (!(await sayGone(ports, one, records))) return;
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
  records: readonly RecordFile[],
): Promise<boolean> {
  const id = parseAgentId(settled.agent);
  const snapshot = await ports.state.fetch('main');
  const file = snapshot === null ? null : await snapshot.read(settled.path);
  if (id === null || file === null || file.oid !== settled.file) return false;
  const parsed = parseAgentFile({ path: settled.path, oid: file.oid, text: file.text });
  if (parsed.kind !== 'valid') return false;
  const known = records.find((one) => one.id === id);
  const before = known?.kind === 'valid' ? known.record : null;
  if (before !== null && !(await nothingIsLeft(ports, before))) return false;
  const at = new Date(await ports.cloud.now()).toISOString();
  const { subscription, customer } = parsed.agent.spec;
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
 * A listing that lacks a server is one witness: what the record still names is asked for by its id,
 * and what it names no more by the agent's name.
 * A claim that a dead run left behind is in nobody's way; a live one is.
 */
async function nothingIsLeft(ports: SettlePorts, record: AgentRecord): Promise<boolean> {
  const { name: agent, server, claim } = record;
  if (server !== undefined && (await ports.cloud.server(server.id)) !== null) {
    ports.log.warn({ agent, server: server.id }, 'its server was not listed and is still there');
    return false;
  }
  // A create whose answer was an error may have made one that no listing shows yet.
  const named = server === undefined ? await ports.cloud.serverByName(agent) : null;
  if (named !== null && named.labels[labelNames.agent] === agent) {
    ports.log.warn({ agent, server: named.id }, 'a server of its name was not listed');
    return false;
  }
  if (claim === undefined) return true;
  return !claimIsLive(claim, await ports.cloud.now(), await ports.forge.runState(runOf(claim)));
}

async function removeFile(ports: SettlePorts, settled: Settled): Promise<boolean> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const snapshot = await ports.state.fetch('main');
    const file = snapshot === null ? null : await snapshot.read(settled.path);
    if (snapshot === null || file === null || file.oid !== settled.file) return false;
    const outcome = await ports.state.push('main', snapshot, [
      {
        subject: `${settled.agent}: nothing is left, its file goes`,
        body: 'The server, its device, its addresses and its state are gone; the subscription has ended.',
        trailers: [['Aura-Cause', 'settled']],
        edits: [{ path: settled.path, text: null }],
      },
    ]);
    if (outcome.kind === 'pushed') return true;
  }
  throw new Failure('PushRejected', `main kept moving while ${settled.path} was removed`);
}
