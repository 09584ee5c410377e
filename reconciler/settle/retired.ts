/**
 * Retired agents of whom nothing is left: the record says `gone` first, then the file goes. Dying
 * between the two leaves a file that the next tick removes; the other order would leave a record
 * that looks like somebody removed its file.
 */
import { parseAgentId } from '../core/agent.ts';
import { parseAgentFile } from '../core/agent-file.ts';
import { Failure } from '../core/failure.ts';
import type { Plan } from '../core/plan.ts';
import { newRecord } from '../core/recorded.ts';
import { gone } from '../core/status.ts';
import type { SettlePorts } from './settle.ts';

type Settled = Plan['settled'][number];

const triesMax = 5;

/** Agents whose file went, sorted. */
export async function settleRetired(
  ports: SettlePorts,
  settled: readonly Settled[],
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const one of settled) {
    if (!(await sayGone(ports, one))) continue;
    if (one.fileGoes && (await removeFile(ports, one))) removed.push(one.agent);
  }
  return removed.sort();
}

/** False where the file changed since the plan: the next tick decides anew. */
async function sayGone(ports: SettlePorts, settled: Settled): Promise<boolean> {
  const id = parseAgentId(settled.agent);
  const snapshot = await ports.state.fetch('main');
  const file = snapshot === null ? null : await snapshot.read(settled.path);
  if (id === null || file === null || file.oid !== settled.file) return false;
  const parsed = parseAgentFile({ path: settled.path, oid: file.oid, text: file.text });
  if (parsed.kind !== 'valid') return false;
  const at = new Date(await ports.cloud.now()).toISOString();
  const { subscription, customer } = parsed.agent.spec;
  await ports.journal.update(
    id,
    (current) => gone(current ?? newRecord(id, subscription, customer), at, file.oid),
    'now',
  );
  return true;
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
