/** Writes phases and conditions of the agents whose record nobody is working on. */
import type { AgentFile } from '../core/agent.ts';
import { parseAgentFile } from '../core/agent-file.ts';
import { Failure } from '../core/failure.ts';
import type { Plan } from '../core/plan.ts';
import { recordId } from '../core/recorded.ts';
import { mentionsOf, statusAfter } from '../core/status.ts';
import type { SettlePorts } from './settle.ts';

/** Names of the agents whose record changed, sorted. A converged fleet changes none. */
export async function settleStatuses(ports: SettlePorts, plan: Plan): Promise<readonly string[]> {
  const nowMs = await ports.cloud.now();
  const mentions = mentionsOf(plan);
  const files = await readAgentFiles(ports);
  const { records } = await ports.journal.read();
  const known = new Map(
    records.flatMap((file) =>
      file.kind === 'valid' ? [[recordId(file.record), file.record] as const] : [],
    ),
  );
  const written: string[] = [];
  const updates: Promise<unknown>[] = [];
  for (const file of files) {
    const id = file.id;
    if (id === null) continue;
    const mention = mentions.get(id);
    if (statusAfter(file, known.get(id) ?? null, mention, nowMs) === null) continue;
    written.push(id);
    updates.push(
      ports.journal.update(id, (current) => statusAfter(file, current, mention, nowMs), 'soon'),
    );
  }
  if (updates.length > 0) await Promise.all([...updates, ports.journal.flush()]);
  return written.sort();
}

async function readAgentFiles({ state }: SettlePorts): Promise<readonly AgentFile[]> {
  const snapshot = await state.fetch('main');
  if (snapshot === null) throw new Failure('NotFound', 'the agents repository has no branch main');
  const entries = (await snapshot.list('agents/')).filter((entry) => entry.path.endsWith('.yaml'));
  const texts = await snapshot.readAll(entries.map((entry) => entry.oid));
  return entries.map((entry) => parseAgentFile({ ...entry, text: texts.get(entry.oid) ?? '' }));
}
