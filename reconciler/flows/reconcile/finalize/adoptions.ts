/**
 * Writes the files of servers that a person decided to adopt, and removes the decision in the same
 * commit, so that one revert restores both. The next run adopts the server and imports it.
 */

import { agentPath, parseAgentId } from '../../../core/agent/agent.ts';
import type { LogEntry } from '../../../core/commands/history.ts';
import { labelNames } from '../../../core/fleet/observed.ts';
import { type Adoption, adoptionOf } from '../../../core/orphans/adoption.ts';
import type { Orphan } from '../../../core/orphans/orphan.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import type { CommitDraft, Snapshot } from '../../../ports/desired-state.ts';
import { pushOnTip } from '../../../ports/tip.ts';
import { readCatalogAndPolicy } from '../../shared/read-catalog.ts';
import type { FinalizePorts } from './finalize-ports.ts';
import { decisionsOn, keyOf } from './orphans.ts';
import type { Parts } from './parts.ts';

/** Agents whose file was written, sorted. */
export async function finalizeAdoptions(
  ports: FinalizePorts,
  parts: Pick<Parts, 'turn'>,
  plan: Plan,
): Promise<readonly string[]> {
  const adopted: string[] = [];
  for (const orphan of plan.orphans) {
    if (orphan.decision !== 'adopt') continue;
    if (orphan.resource !== 'server') {
      ports.log.warn({ orphan: orphan.id }, `a ${orphan.resource} cannot be adopted: decide again`);
      continue;
    }
    const mayGoOn = await parts.turn('adoptions', orphan.id, async () => {
      const agent = await adopt(ports, orphan);
      if (agent !== null) adopted.push(agent);
    });
    if (!mayGoOn) break;
  }
  return adopted.sort();
}

async function adopt(ports: FinalizePorts, orphan: Orphan): Promise<string | null> {
  const none = { agent: null, drafts: [] };
  const { agent } = await pushOnTip(ports, 'main', async (main) => {
    const decisions = await decisionsOn(main);
    const decided = decisions.find(
      ({ key, decision }) => key === keyOf(orphan) && decision.decision === 'adopt',
    );
    if (decided === undefined) return none;
    const decision = decided.path;
    const adoption = await judge(ports, main, orphan);
    if (adoption.kind === 'impossible') {
      const { why } = adoption;
      ports.log.warn({ server: orphan.id, why }, 'an orphan cannot be adopted: decide again');
      return none;
    }
    const cited = await ports.state.lastCommitOf('main', decision);
    return { agent: adoption.agent, drafts: [draftOf(adoption, orphan, { decision, cited })] };
  });
  return agent;
}

function draftOf(
  { agent, path, text, from }: Extract<Adoption, { readonly kind: 'file' }>,
  orphan: Orphan,
  { decision, cited }: { readonly decision: string; readonly cited: LogEntry | null },
): CommitDraft {
  return {
    subject: `${agent}: server ${orphan.id} is adopted`,
    body: `Adopted by ${decision}. The file is made from ${from}; the next run adopts the server.`,
    trailers: [
      ['Aura-Cause', 'adopted'],
      ...(cited === null ? [] : ([['Aura-Cites', cited.commit]] as const)),
    ],
    edits: [
      { path, text },
      { path: decision, text: null },
    ],
  };
}

async function judge(ports: FinalizePorts, main: Snapshot, orphan: Orphan): Promise<Adoption> {
  const server = await ports.cloud.server(orphan.id);
  if (server === null) return { kind: 'impossible', why: 'it is gone' };
  const id = parseAgentId(server.labels[labelNames.agent] ?? '');
  if (id !== null && (await main.read(agentPath(id))) !== null)
    return { kind: 'impossible', why: `${id} has a file and a server of its own` };
  const { catalog, policy } = await readCatalogAndPolicy(main);
  const lastText = id === null ? null : await textBefore(ports, agentPath(id));
  return adoptionOf(server, lastText, { fleet: policy.fleet, catalog });
}

async function textBefore({ state }: FinalizePorts, path: string): Promise<string | null> {
  const removal = await state.lastRemoval(path);
  return removal === null ? null : state.textAt(removal.parent, path);
}
